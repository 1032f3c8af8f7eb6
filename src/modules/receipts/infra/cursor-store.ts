import type { ConversationId, UserId } from '#contracts/primitives.js';
import type { MemberCursors } from '../../conversations/unread-source.js';
import type { ReceiptAdvance } from '../../queues/job-types.js';

/** Cursors that have moved and are not persisted yet, with the moves. */
export interface MovedCursors extends MemberCursors {
  readonly advances: readonly ReceiptAdvance[];
}

/**
 * Where the newest cursors are between their job and the tables, for all nodes: what was answered to a client is read from
 * here until storage has it. Cursors only grow; a lower one is ignored.
 */
export abstract class CursorStore {
  /** Cursors of one member that are ahead of storage, by conversation; the others are left out. */
  abstract moved(userId: UserId, ids: readonly ConversationId[]): Promise<ReadonlyMap<ConversationId, MovedCursors>>;
  /** All members of a conversation whose cursors are ahead of storage. */
  abstract movedIn(conversationId: ConversationId): Promise<ReadonlyMap<UserId, MovedCursors>>;
  /** Notes a move; its advances are those of this one member and conversation. */
  abstract move(conversationId: ConversationId, userId: UserId, cursors: MemberCursors, advances: readonly ReceiptAdvance[]): Promise<void>;
  /** Forgets moves that storage has. Repeating it changes nothing. */
  abstract persisted(advances: readonly ReceiptAdvance[]): Promise<void>;
}
