import type { ConversationId, UserId } from '#contracts/primitives.js';
import type { MemberCursors } from '../../conversations/unread-source.js';
import type { ReceiptAdvance } from '../../queues/job-types.js';

/** A member's cursors that are ahead of storage, with their moves. */
export interface MovedCursors extends MemberCursors {
  readonly advances: readonly ReceiptAdvance[];
}

/**
 * Holds the newest cursors, for all nodes, while their jobs wait to be persisted: until then, reads take them from here. Cursors only
 * grow; a lower one is ignored.
 */
export abstract class CursorStore {
  /** The cursors of one user that are ahead of storage, by conversation. */
  abstract findMoved(userId: UserId, ids: readonly ConversationId[]): Promise<ReadonlyMap<ConversationId, MovedCursors>>;
  /** The cursors of a conversation's members that are ahead of storage, by user. */
  abstract findMovedIn(conversationId: ConversationId): Promise<ReadonlyMap<UserId, MovedCursors>>;
  /** Adds a move. All its advances are of this member and conversation. */
  abstract addMove(
    conversationId: ConversationId,
    userId: UserId,
    cursors: MemberCursors,
    advances: readonly ReceiptAdvance[],
  ): Promise<void>;
  /** Removes moves that are persisted. Idempotent. */
  abstract forgetMoves(advances: readonly ReceiptAdvance[]): Promise<void>;
}
