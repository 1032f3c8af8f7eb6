import { Injectable } from '@nestjs/common';
import type { OwnMute, Role } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Database } from '../../../database/database.js';
import { crowdIntervalMs, BatchedReads } from '#platform/batched-reads.js';
import type { StoredCounts } from '../unread-source.js';
import { memberKey, memberKeyColumns } from '#platform/member-key.js';

/** A membership as it is stored. */
export interface StoredMembership extends StoredCounts {
  readonly role: Role;
  /** In a direct conversation: one user has blocked the other, or has not accepted it yet. */
  readonly blocked: boolean;
  readonly mute: OwnMute | null;
}

type Memberships = ReadonlyMap<ConversationId, StoredMembership>;

interface MembershipRow {
  readonly user_id: UserId;
  readonly memberships: string;
}

/** A user has some dozens of conversations: weighed like this, one read returns about as many rows as other reads. */
const ofUsers = { weightOfKey: () => 5, intervalMs: crowdIntervalMs };

const blocked = `
  c.type = 'direct' AND (c.member_count < 2 OR EXISTS (
    SELECT FROM members p JOIN blocks b ON (b.user_id, b.blocked_id) IN ((m.user_id, p.user_id), (p.user_id, m.user_id))
    WHERE p.conversation_id = c.id AND p.user_id <> m.user_id
  ))`;

/** A mute in force as one word: when it ends in milliseconds since 1970, or nothing, then a colon and the reason in base64. */
const mute = `
  CASE WHEN m.muted_at IS NULL OR m.muted_until <= clock_timestamp() THEN '-' ELSE concat((extract(epoch FROM m.muted_until) * 1000)::bigint, ':',
    translate(encode(convert_to(m.mute_reason, 'UTF8'), 'base64'), E'\\n', '')) END`;

/** A membership is one text of `fields` words: separate columns cost several times as much when thousands of clients ask. */
const fields = 10;
const membership = `concat_ws(' ', m.conversation_id, m.role, m.read_seq, m.delivered_seq, m.uncounted, c.last_seq, CASE WHEN ${blocked} THEN 1 ELSE 0 END,
  COALESCE(c.policy ->> 'retentionSeconds', '0'), c.hidden_before_seq, ${mute})`;

/** Arguments: parallel arrays $1 conversation, $2 user. */
const selectPairs = `
  SELECT m.user_id, ${membership} AS memberships FROM unnest($1::uuid[], $2::uuid[]) AS asked (conversation_id, user_id)
  JOIN members m ON m.conversation_id = asked.conversation_id AND m.user_id = asked.user_id AND m.left_at IS NULL
  JOIN conversations c ON c.id = m.conversation_id AND c.deleted_at IS NULL`;

/** Argument: $1 users. A lateral join looks up each user by index, so that the planner neither sorts nor scans when there are many. */
const selectOfUsers = `
  SELECT asked.user_id, own.memberships FROM unnest($1::uuid[]) AS asked (user_id)
  CROSS JOIN LATERAL (
    SELECT string_agg(${membership}, ' ') AS memberships
    FROM members m JOIN conversations c ON c.id = m.conversation_id AND c.deleted_at IS NULL
    WHERE m.user_id = asked.user_id AND m.left_at IS NULL) own
  WHERE own.memberships IS NOT NULL`;

/** Reads memberships; simultaneous reads share one statement. Deleted conversations have none. */
@Injectable()
export class MembershipReader {
  private readonly pairs = new BatchedReads((keys: readonly string[]) => this.readPairs(keys));
  private readonly users = new BatchedReads((userIds: readonly UserId[]) => this.readUsers(userIds), ofUsers);

  constructor(private readonly database: Database) {}

  /** The user's memberships among these conversations. */
  async among(userId: UserId, ids: readonly ConversationId[]): Promise<Memberships> {
    const found = await this.pairs.readMany(ids.map((id) => memberKey(id, userId)));
    return new Map(
      ids.flatMap((id) => {
        const membership = found.get(memberKey(id, userId));
        return membership === undefined ? [] : [[id, membership] as const];
      }),
    );
  }

  /** All memberships of the user. */
  async of(userId: UserId): Promise<Memberships> {
    return (await this.users.readOne(userId)) ?? new Map<ConversationId, StoredMembership>();
  }

  private async readPairs(keys: readonly string[]): Promise<Map<string, StoredMembership>> {
    const rows = await this.database.prepared<MembershipRow>('memberships_of_pairs', selectPairs, memberKeyColumns(keys));
    return new Map(rows.flatMap((row) => [...readMemberships(row)].map(([id, one]) => [memberKey(id, row.user_id), one] as const)));
  }

  private async readUsers(userIds: readonly UserId[]): Promise<Map<UserId, Memberships>> {
    const rows = await this.database.prepared<MembershipRow>('memberships_of_users', selectOfUsers, [userIds]);
    return new Map(rows.map((row) => [row.user_id, readMemberships(row)]));
  }
}

function readMemberships({ memberships }: MembershipRow): Memberships {
  const found = new Map<ConversationId, StoredMembership>();
  const words = memberships.split(' ');
  for (let at = 0; at < words.length; at += fields) {
    // Cast: the first word is a conversation's id.
    const id = words[at] as ConversationId;
    // Cast: the second word is a role.
    const role = words[at + 1] as Role;
    const [readSeq, deliveredSeq, uncounted, lastSeq, isBlocked, retentionSeconds, hiddenBeforeSeq, muteWord] = words.slice(
      at + 2,
      at + fields,
    );
    found.set(id, {
      role,
      readSeq: Number(readSeq),
      deliveredSeq: Number(deliveredSeq),
      uncounted: Number(uncounted),
      lastSeq: Number(lastSeq),
      blocked: isBlocked === '1',
      retentionSeconds: Number(retentionSeconds) || null,
      hiddenBeforeSeq: Number(hiddenBeforeSeq),
      mute: readMute(muteWord),
    });
  }
  return found;
}

function readMute(word = '-'): OwnMute | null {
  if (word === '-') return null;
  const [untilMs = '', reason = ''] = word.split(':');
  return {
    until: untilMs === '' ? null : new Date(Number(untilMs)).toISOString(),
    reason: reason === '' ? null : Buffer.from(reason, 'base64').toString(),
  };
}
