import { Injectable } from '@nestjs/common';
import type { Role } from '../../../contracts/conversations.js';
import type { SyncMember } from '../../../contracts/messages.js';
import type { ConversationId, UserId } from '../../../contracts/primitives.js';
import { Database } from '../../database/database.js';
import { LiveUnreadCounts } from '../receipts/unread-counts.js';

interface MemberRow {
  user_id: UserId;
  role: Role;
  joined_at: Date;
  read_seq: number;
  delivered_seq: number;
  left_at: Date | null;
  rev: number;
}

/** Members whose membership changed, those who left included. */
@Injectable()
export class ChangedMembers {
  constructor(
    private readonly database: Database,
    private readonly live: LiveUnreadCounts,
  ) {}

  /** The first `limit` changes above `rev`, as they are now, by rising `rev`; all of the last one's `rev` (the founders share one). */
  async since(conversationId: ConversationId, rev: number, limit: number): Promise<Array<{ rev: number; member: SyncMember }>> {
    const rows = await this.database.query<MemberRow>(
      `SELECT user_id, role, joined_at, read_seq, delivered_seq, left_at, rev FROM members
       WHERE conversation_id = $1 AND rev > $2 ORDER BY rev FETCH FIRST $3 ROWS WITH TIES`,
      [conversationId, rev, limit],
    );
    if (rows.length === 0) return [];
    const cursors = await this.live.cursors(
      conversationId,
      rows.map((row) => row.user_id),
    );
    return rows.map((row) => {
      const { readSeq, deliveredSeq } = cursors.get(row.user_id) ?? { readSeq: row.read_seq, deliveredSeq: row.delivered_seq };
      const times = { joinedAt: row.joined_at.toISOString(), leftAt: row.left_at?.toISOString() ?? null };
      return { rev: row.rev, member: { userId: row.user_id, role: row.role, readSeq, deliveredSeq, ...times } };
    });
  }
}
