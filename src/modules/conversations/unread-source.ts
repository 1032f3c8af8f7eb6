import { Injectable } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import type { Head } from '../log/draft.js';

/** How far one member has received and read a conversation. */
export interface MemberCursors {
  readonly readSeq: number;
  readonly deliveredSeq: number;
}

/** The cursors of one member with what is unread for them: neither their own messages nor deleted ones count. */
export interface UnreadCounts extends MemberCursors {
  readonly unreadCount: number;
}

/** What storage has of one member's counts. */
export interface StoredCounts extends MemberCursors {
  /** The newest stored `seq` of the conversation. */
  readonly lastSeq: number;
  /** Messages above the stored read cursor that are not unread. */
  readonly uncounted: number;
}

/** What of one user is on its way to storage, in some conversations. */
export interface AheadOfStorage {
  readonly heads: ReadonlyMap<ConversationId, Head>;
  /** The live counts, over what storage said after this was read. */
  counts(stored: ReadonlyMap<ConversationId, StoredCounts>): Promise<ReadonlyMap<ConversationId, UnreadCounts>>;
}

/** Live cursors, those included that are not yet persisted. Implemented by the module of receipts. */
export abstract class UnreadSource {
  /** What is not in storage yet. To be read before storage: what moves in between is seen there, and never not at all. */
  abstract ahead(userId: UserId, ids: readonly ConversationId[]): Promise<AheadOfStorage>;

  /** The cursors of these members of one conversation; who is not in it is left out. */
  abstract cursors(conversationId: ConversationId, userIds: readonly UserId[]): Promise<Map<UserId, MemberCursors>>;
}

/** Where the source of unread counts registers itself (`onModuleInit`), so that conversations need not import it. */
@Injectable()
export class UnreadSources {
  private source: UnreadSource | undefined;

  register(source: UnreadSource): void {
    this.source = source;
  }

  /** The registered source, or undefined: the persisted cursors are the answer then. */
  get(): UnreadSource | undefined {
    return this.source;
  }
}
