import { Injectable } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Database } from '../../../database/database.js';
import { BatchedReads } from '#platform/batched-reads.js';
import {
  type AheadOfStorage,
  type MemberCursors,
  type StoredCounts,
  type UnreadCounts,
  UnreadSource,
} from '../../conversations/unread-source.js';
import type { Head } from '../../log/draft.js';
import { ConversationLog } from '../../log/conversation-log.js';
import { HistoryFloors } from '../../conversations/history-floors.js';
import { CursorStore } from '../infra/cursor-store.js';
import { selectCounts } from '../infra/uncounted.sql.js';
import { memberKey, memberKeyColumns } from '#platform/member-key.js';

interface CountRow {
  conversation_id: ConversationId;
  read_seq: number;
  delivered_seq: number;
  last_seq: number;
  uncounted: number;
  retention_seconds: number | null;
  hidden_before_seq: number;
}

interface CursorRow {
  conversation_id: ConversationId;
  user_id: UserId;
  read_seq: number;
  delivered_seq: number;
}

/** Arguments: parallel arrays $1 conversation, $2 user. */
const selectCursors = `
  SELECT m.conversation_id, m.user_id, m.read_seq, m.delivered_seq FROM unnest($1::uuid[], $2::uuid[]) AS wanted (conversation_id, user_id)
  JOIN members m ON m.conversation_id = wanted.conversation_id AND m.user_id = wanted.user_id AND m.left_at IS NULL`;

/** The state of one user in the log and the cursor store, which is ahead of storage. */
interface Ahead {
  readonly userId: UserId;
  readonly moved: ReadonlyMap<ConversationId, MemberCursors>;
  readonly heads: ReadonlyMap<ConversationId, Head>;
  /** Seqs of the user's own messages. */
  readonly pending: ReadonlyMap<ConversationId, readonly number[]>;
}

/** Live cursors and exact unread counts: the stored state, plus the changes that are on their way to storage. */
@Injectable()
export class LiveUnreadCounts extends UnreadSource {
  private readonly stored = new BatchedReads((keys: readonly string[]) => this.readCursors(keys));

  constructor(
    private readonly database: Database,
    private readonly log: ConversationLog,
    private readonly store: CursorStore,
    private readonly floors: HistoryFloors,
  ) {
    super();
  }

  /** The counts of one user in these conversations. Conversations of which the user is not a member are left out. */
  async counts(userId: UserId, ids: readonly ConversationId[]): Promise<ReadonlyMap<ConversationId, UnreadCounts>> {
    const ahead = await this.readAhead(userId, ids);
    const { moved } = ahead;
    const stored = await this.readStored(
      userId,
      ids.map((id) => ({ id, position: moved.get(id)?.readSeq ?? 0 })),
    );
    return this.countAhead(ahead, stored);
  }

  async ahead(userId: UserId, ids: readonly ConversationId[]): Promise<AheadOfStorage> {
    const ahead = await this.readAhead(userId, ids);
    return { heads: ahead.heads, counts: (stored) => this.countAhead(ahead, stored) };
  }

  async cursors(conversationId: ConversationId, userIds: readonly UserId[]): Promise<Map<UserId, MemberCursors>> {
    const moved = await this.store.findMovedIn(conversationId);
    const stored = await this.stored.readMany(userIds.map((userId) => memberKey(conversationId, userId)));
    return new Map(
      userIds.flatMap((userId) => {
        const cursors = stored.get(memberKey(conversationId, userId));
        return cursors === undefined ? [] : [[userId, laterOf(moved.get(userId), cursors)] as const];
      }),
    );
  }

  private async readCursors(keys: readonly string[]): Promise<Map<string, MemberCursors>> {
    const rows = await this.database.prepared<CursorRow>('member_cursors', selectCursors, memberKeyColumns(keys));
    return new Map(
      rows.map((row) => [memberKey(row.conversation_id, row.user_id), { readSeq: row.read_seq, deliveredSeq: row.delivered_seq }]),
    );
  }

  /**
   * Reads the heads first, then the log; storage follows. A message that is persisted in between is in storage by then, and is not counted
   * twice, because its seq is not above the newest stored one.
   */
  private async readAhead(userId: UserId, ids: readonly ConversationId[]): Promise<Ahead> {
    const moved = await this.store.findMoved(userId, ids);
    const heads = await this.log.heads(ids);
    const pending = await this.log.pendingSeqsBy(userId, ids);
    return { userId, moved, heads, pending };
  }

  /**
   * The counts, with `uncounted` above the later of the two read cursors and above what has expired. Reads storage again only where that is
   * not the stored cursor.
   */
  private async countAhead(
    ahead: Ahead,
    stored: ReadonlyMap<ConversationId, StoredCounts>,
  ): Promise<ReadonlyMap<ConversationId, UnreadCounts>> {
    const floors = await this.floors.findFloors([...stored].map(([id, counts]) => ({ id, ...counts })));
    const positionOf = (id: ConversationId) => Math.max(ahead.moved.get(id)?.readSeq ?? 0, (floors.get(id) ?? 1) - 1);
    const differing = [...stored].filter(([id, { readSeq }]) => positionOf(id) > readSeq).map(([id]) => ({ id, position: positionOf(id) }));
    const counted = differing.length === 0 ? stored : new Map([...stored, ...(await this.readStored(ahead.userId, differing))]);
    return countsOf(ahead, counted, floors);
  }

  private async readStored(
    userId: UserId,
    positions: ReadonlyArray<{ readonly id: ConversationId; readonly position: number }>,
  ): Promise<Map<ConversationId, StoredCounts>> {
    const columns = [positions.map(({ id }) => id), positions.map(({ position }) => position)];
    const rows = await this.database.prepared<CountRow>('unread_counts', selectCounts, [userId, ...columns]);
    return new Map(rows.map((row) => [row.conversation_id, toStoredCounts(row)]));
  }
}

function toStoredCounts(row: CountRow): StoredCounts {
  return {
    readSeq: row.read_seq,
    deliveredSeq: row.delivered_seq,
    lastSeq: row.last_seq,
    uncounted: row.uncounted,
    retentionSeconds: row.retention_seconds,
    hiddenBeforeSeq: row.hidden_before_seq,
  };
}

function countsOf(
  ahead: Ahead,
  stored: ReadonlyMap<ConversationId, StoredCounts>,
  floors: ReadonlyMap<ConversationId, number>,
): Map<ConversationId, UnreadCounts> {
  const counts = new Map<ConversationId, UnreadCounts>();
  for (const [id, counted] of stored) {
    const cursors = laterOf(ahead.moved.get(id), counted);
    // What has expired is not unread, although the member has not read it.
    const position = Math.max(cursors.readSeq, (floors.get(id) ?? 1) - 1);
    const unreadCount = unreadCountOf(counted, position, ahead.heads.get(id), ahead.pending.get(id) ?? []);
    counts.set(id, { readSeq: cursors.readSeq, deliveredSeq: cursors.deliveredSeq, unreadCount });
  }
  return counts;
}

function laterOf(moved: MemberCursors | undefined, stored: MemberCursors): MemberCursors {
  if (moved === undefined) return stored;
  return { readSeq: Math.max(stored.readSeq, moved.readSeq), deliveredSeq: Math.max(stored.deliveredSeq, moved.deliveredSeq) };
}

function unreadCountOf(
  { lastSeq, uncounted }: StoredCounts,
  readSeq: number,
  head: Head | undefined,
  ownPending: readonly number[],
): number {
  const newest = Math.max(head?.seq ?? 0, lastSeq);
  const own = ownPending.filter((seq) => seq > lastSeq && seq > readSeq && seq <= newest).length;
  return Math.max(0, newest - readSeq - uncounted - own);
}
