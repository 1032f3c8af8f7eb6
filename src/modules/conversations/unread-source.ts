import type { ConversationId, UserId } from '#contracts/primitives.js';
import type { Head } from '../log/draft.js';

/** How far one member has received and read a conversation. */
export interface MemberCursors {
  readonly readSeq: number;
  readonly deliveredSeq: number;
}

/** A member's cursors and unread count. A member's own messages and deleted ones do not count as unread. */
export interface UnreadCounts extends MemberCursors {
  readonly unreadCount: number;
}

/** A member's counts as they are stored. */
export interface StoredCounts extends MemberCursors {
  /** The newest stored `seq` of the conversation. */
  readonly lastSeq: number;
  /** Messages above the stored read cursor that do not count as unread. */
  readonly uncounted: number;
  /** What decides which messages have expired: the conversation's own retention, and below which `seq` all have expired for good. */
  readonly retentionSeconds: number | null;
  readonly hiddenBeforeSeq: number;
}

/** The state of some conversations that is ahead of storage, for one user. */
export interface AheadOfStorage {
  readonly heads: ReadonlyMap<ConversationId, Head>;
  /** The live counts, computed over stored counts that were read after this. */
  counts(stored: ReadonlyMap<ConversationId, StoredCounts>): Promise<ReadonlyMap<ConversationId, UnreadCounts>>;
}

/** Live cursors, including those that are not persisted yet. The token is provided by the receipts module, which conversations must not import. */
export abstract class UnreadSource {
  /** The state that is not stored yet. To be read before storage: a change that moves in between is then seen twice instead of never. */
  abstract ahead(userId: UserId, ids: readonly ConversationId[]): Promise<AheadOfStorage>;

  /** The cursors of these members of one conversation; non-members are left out. */
  abstract cursors(conversationId: ConversationId, userIds: readonly UserId[]): Promise<Map<UserId, MemberCursors>>;
}
