import { Injectable } from '@nestjs/common';
import type { ConversationId, UserId } from '../../../contracts/primitives.js';

/** How far one member has received and read a conversation. */
export interface MemberCursors {
  readonly readSeq: number;
  readonly deliveredSeq: number;
}

/** The cursors of one member with what is unread for them: neither their own messages nor deleted ones count. */
export interface UnreadCounts extends MemberCursors {
  readonly unreadCount: number;
}

/** Live cursors, those included that are not yet persisted. Implemented by the module of receipts. */
export abstract class UnreadSource {
  /** The counts of one user in these conversations; those they are not in are left out. */
  abstract counts(userId: UserId, ids: readonly ConversationId[]): Promise<Map<ConversationId, UnreadCounts>>;

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
