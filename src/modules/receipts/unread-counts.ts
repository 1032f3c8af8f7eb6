import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { ConversationId, UserId } from '../../../contracts/primitives.js';
import { Database } from '../../database/database.js';
import { type MemberCursors, type UnreadCounts, UnreadSource, UnreadSources } from '../conversations/unread-source.js';
import type { Head } from '../log/draft.js';
import { ConversationLog } from '../log/conversation-log.js';
import { CursorStore } from './cursor-store.js';
import { selectCounts } from './infra/uncounted.sql.js';

interface CountRow {
  conversation_id: ConversationId;
  read_seq: number;
  delivered_seq: number;
  last_seq: number;
  uncounted: number;
}

interface CursorRow {
  user_id: UserId;
  read_seq: number;
  delivered_seq: number;
}

/** Live cursors and exact unread counts: what is stored, and on top of it what is on its way to storage. */
@Injectable()
export class LiveUnreadCounts extends UnreadSource implements OnModuleInit {
  constructor(
    private readonly sources: UnreadSources,
    private readonly database: Database,
    private readonly log: ConversationLog,
    private readonly store: CursorStore,
  ) {
    super();
  }

  onModuleInit(): void {
    this.sources.register(this);
  }

  /**
   * Heads first, then the log, then storage: a message that moves in between is stored by the time storage is read, and is
   * not counted a second time because it lies at or below the newest stored seq.
   */
  async counts(userId: UserId, ids: readonly ConversationId[]): Promise<Map<ConversationId, UnreadCounts>> {
    const moved = await this.store.moved(userId, ids);
    const heads = await this.log.heads(ids);
    const pending = await this.log.pendingSeqsBy(userId, ids);
    const reads = ids.map((id) => moved.get(id)?.readSeq ?? 0);
    const rows = await this.database.prepared<CountRow>('unread_counts', selectCounts, [userId, ids, reads]);
    return new Map(
      rows.map((row) => {
        const id = row.conversation_id;
        const cursors = furthest(moved.get(id), row);
        return [id, { ...cursors, unreadCount: unread(row, cursors.readSeq, heads.get(id), pending.get(id) ?? []) }];
      }),
    );
  }

  async cursors(conversationId: ConversationId, userIds: readonly UserId[]): Promise<Map<UserId, MemberCursors>> {
    const moved = await this.store.movedIn(conversationId);
    const rows = await this.database.prepared<CursorRow>(
      'member_cursors',
      'SELECT user_id, read_seq, delivered_seq FROM members WHERE conversation_id = $1 AND user_id = ANY ($2::uuid[]) AND left_at IS NULL',
      [conversationId, userIds],
    );
    return new Map(rows.map((row) => [row.user_id, furthest(moved.get(row.user_id), row)]));
  }
}

function furthest(moved: MemberCursors | undefined, row: { read_seq: number; delivered_seq: number }): MemberCursors {
  return { readSeq: Math.max(row.read_seq, moved?.readSeq ?? 0), deliveredSeq: Math.max(row.delivered_seq, moved?.deliveredSeq ?? 0) };
}

function unread(row: CountRow, readSeq: number, head: Head | undefined, ownPending: readonly number[]): number {
  const newest = Math.max(head?.seq ?? 0, row.last_seq);
  const own = ownPending.filter((seq) => seq > row.last_seq && seq > readSeq && seq <= newest).length;
  return Math.max(0, newest - readSeq - row.uncounted - own);
}
