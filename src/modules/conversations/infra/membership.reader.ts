import { Injectable } from '@nestjs/common';
import type { Role } from '../../../../contracts/conversations.js';
import type { ConversationId, UserId } from '../../../../contracts/primitives.js';
import { Database } from '../../../database/database.js';
import { GatheredReads } from '../../../platform/gathered-reads.js';
import type { StoredCounts } from '../unread-source.js';

/** One user's membership of a conversation they are in, as storage has it. */
export interface StoredMembership extends StoredCounts {
  readonly role: Role;
  /** In a direct conversation: one of the two has blocked the other. */
  readonly blocked: boolean;
}

type Memberships = ReadonlyMap<ConversationId, StoredMembership>;

interface MembershipRow {
  readonly conversation_id: ConversationId;
  readonly user_id: UserId;
  readonly role: Role;
  readonly read_seq: number;
  readonly delivered_seq: number;
  readonly uncounted: number;
  readonly last_seq: number;
  readonly blocked: boolean;
}

/** Users are in some dozens of conversations: about as many rows in one read as elsewhere. */
const userWeight = 5;

const columns = `m.conversation_id, m.user_id, m.role, m.read_seq, m.delivered_seq, m.uncounted, c.last_seq,
  c.type = 'direct' AND EXISTS (
    SELECT FROM members p JOIN blocks b ON (b.user_id, b.blocked_id) IN ((m.user_id, p.user_id), (p.user_id, m.user_id))
    WHERE p.conversation_id = c.id AND p.user_id <> m.user_id
  ) AS blocked`;

/** Arguments: parallel arrays $1 conversation, $2 user. */
const selectPairs = `
  SELECT ${columns} FROM unnest($1::uuid[], $2::uuid[]) AS asked (conversation_id, user_id)
  JOIN members m ON m.conversation_id = asked.conversation_id AND m.user_id = asked.user_id AND m.left_at IS NULL
  JOIN conversations c ON c.id = m.conversation_id AND c.deleted_at IS NULL`;

const selectOfUsers = `
  SELECT ${columns} FROM members m JOIN conversations c ON c.id = m.conversation_id AND c.deleted_at IS NULL
  WHERE m.user_id = ANY ($1::uuid[]) AND m.left_at IS NULL`;

/** Reads memberships; those who ask at once are answered by one statement. Deleted conversations have none. */
@Injectable()
export class MembershipReader {
  private readonly pairs = new GatheredReads((keys: readonly string[]) => this.readPairs(keys));
  private readonly users = new GatheredReads(
    (userIds: readonly UserId[]) => this.readUsers(userIds),
    () => userWeight,
  );

  constructor(private readonly database: Database) {}

  /** Those of the conversations the user is in. */
  async among(userId: UserId, ids: readonly ConversationId[]): Promise<Memberships> {
    const found = await this.pairs.getAll(ids.map((id) => keyOf(id, userId)));
    return new Map(
      ids.flatMap((id) => {
        const membership = found.get(keyOf(id, userId));
        return membership === undefined ? [] : [[id, membership] as const];
      }),
    );
  }

  /** All conversations the user is in. */
  async of(userId: UserId): Promise<Memberships> {
    return (await this.users.get(userId)) ?? new Map<ConversationId, StoredMembership>();
  }

  private async readPairs(keys: readonly string[]): Promise<Map<string, StoredMembership>> {
    const pairs = keys.map((key) => key.split(' '));
    const rows = await this.database.prepared<MembershipRow>('memberships_of_pairs', selectPairs, [
      pairs.map(([id]) => id),
      pairs.map(([, userId]) => userId),
    ]);
    return new Map(rows.map((row) => [keyOf(row.conversation_id, row.user_id), toMembership(row)]));
  }

  private async readUsers(userIds: readonly UserId[]): Promise<Map<UserId, Memberships>> {
    const rows = await this.database.prepared<MembershipRow>('memberships_of_users', selectOfUsers, [userIds]);
    const found = new Map<UserId, Map<ConversationId, StoredMembership>>();
    for (const row of rows) {
      const own = found.get(row.user_id);
      if (own === undefined) found.set(row.user_id, new Map([[row.conversation_id, toMembership(row)]]));
      else own.set(row.conversation_id, toMembership(row));
    }
    return found;
  }
}

function keyOf(id: ConversationId, userId: UserId): string {
  return `${id} ${userId}`;
}

function toMembership(row: MembershipRow): StoredMembership {
  const { role, blocked, uncounted } = row;
  return { role, blocked, uncounted, readSeq: row.read_seq, deliveredSeq: row.delivered_seq, lastSeq: row.last_seq };
}
