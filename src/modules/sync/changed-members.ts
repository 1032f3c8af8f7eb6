import { Injectable } from '@nestjs/common';
import type { Role } from '#contracts/conversations/schemas.js';
import type { SyncMember } from '#contracts/sync/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Database } from '../../database/database.js';
import { crowdIntervalMs, BatchedReads } from '#platform/batched-reads.js';
import { muteColumn, presentMute, type StoredMute } from '../conversations/mute.js';
import { UnreadSource } from '../conversations/unread-source.js';

interface MemberRow {
  place: number;
  user_id: UserId;
  role: Role;
  joined_at: Date;
  read_seq: number;
  delivered_seq: number;
  left_at: Date | null;
  rev: number;
  mute: StoredMute | null;
}

/** Arguments: parallel arrays $1 conversation, $2 rev, $3 limit. */
const selectChanged = `
  SELECT query.place::int, c.* FROM unnest($1::uuid[], $2::int[], $3::int[]) WITH ORDINALITY AS query (conversation_id, rev, max_count, place)
  CROSS JOIN LATERAL (
    SELECT user_id, role, joined_at, read_seq, delivered_seq, left_at, m.rev, ${muteColumn} FROM members m
    WHERE m.conversation_id = query.conversation_id AND m.rev > query.rev ORDER BY m.rev FETCH FIRST (query.max_count) ROWS WITH TIES) c`;

/** Lists changed memberships, including those of members who left. Queries that arrive together are answered by one statement. */
@Injectable()
export class ChangedMembers {
  private readonly reads = new BatchedReads((keys: readonly string[]) => this.readAll(keys), {
    weightOfKey: limitOf,
    intervalMs: crowdIntervalMs,
  });

  constructor(
    private readonly database: Database,
    private readonly unread: UnreadSource,
  ) {}

  /** The first `limit` changes above `rev`, in their current state, by ascending `rev`, and all others with the last one's `rev`: founding members share one. */
  async listChanged(conversationId: ConversationId, rev: number, limit: number): Promise<Array<{ rev: number; member: SyncMember }>> {
    const rows = (await this.reads.readOne(`${conversationId} ${rev} ${limit}`)) ?? [];
    if (rows.length === 0) return [];
    const cursors = await this.unread.cursors(
      conversationId,
      rows.map((row) => row.user_id),
    );
    return rows.map((row) => {
      const { readSeq, deliveredSeq } = cursors.get(row.user_id) ?? { readSeq: row.read_seq, deliveredSeq: row.delivered_seq };
      const times = { joinedAt: row.joined_at.toISOString(), leftAt: row.left_at?.toISOString() ?? null };
      return {
        rev: row.rev,
        member: { userId: row.user_id, role: row.role, readSeq, deliveredSeq, mute: presentMute(row.mute), ...times },
      };
    });
  }

  private async readAll(keys: readonly string[]): Promise<Map<string, MemberRow[]>> {
    const queries = keys.map((key) => key.split(' '));
    const rows = await this.database.prepared<MemberRow>('members_changed', selectChanged, [
      queries.map(([id]) => id),
      queries.map(([, rev]) => Number(rev)),
      keys.map(limitOf),
    ]);
    const found = new Map<string, MemberRow[]>(keys.map((key) => [key, []]));
    for (const row of rows) found.get(keys[row.place - 1] ?? '')?.push(row);
    return found;
  }
}

function limitOf(key: string): number {
  return Number(key.slice(key.lastIndexOf(' ') + 1));
}
