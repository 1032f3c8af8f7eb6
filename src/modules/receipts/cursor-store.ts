import { Injectable } from '@nestjs/common';
import type { ConversationId, UserId } from '../../../contracts/primitives.js';
import type { MemberCursors } from '../conversations/unread-source.js';
import type { ReceiptAdvance } from '../queues/job-types.js';

/** Cursors that have moved and are not persisted yet, with the moves. */
export interface MovedCursors extends MemberCursors {
  readonly advances: readonly ReceiptAdvance[];
}

/**
 * Where the newest cursors are between their job and the tables: what was answered to a client is read from here until
 * storage has it. Cursors only grow; a lower one is ignored.
 */
export abstract class CursorStore {
  /** Cursors of one member in a conversation that are ahead of storage, or undefined. */
  abstract moved(conversationId: ConversationId, userId: UserId): MovedCursors | undefined;
  /** All members of a conversation whose cursors are ahead of storage. */
  abstract movedIn(conversationId: ConversationId): ReadonlyMap<UserId, MovedCursors>;
  abstract move(conversationId: ConversationId, userId: UserId, cursors: MemberCursors, advances: readonly ReceiptAdvance[]): void;
  /** Forgets moves that storage has. */
  abstract persisted(advances: readonly ReceiptAdvance[]): void;
}

const none: ReadonlyMap<UserId, MovedCursors> = new Map();

/** The store of a single process. A restart forgets it, the jobs in the queue remain. */
@Injectable()
export class MemoryCursorStore extends CursorStore {
  private readonly conversations = new Map<ConversationId, Map<UserId, MovedCursors>>();

  moved(conversationId: ConversationId, userId: UserId): MovedCursors | undefined {
    return this.conversations.get(conversationId)?.get(userId);
  }

  movedIn(conversationId: ConversationId): ReadonlyMap<UserId, MovedCursors> {
    return this.conversations.get(conversationId) ?? none;
  }

  move(conversationId: ConversationId, userId: UserId, cursors: MemberCursors, advances: readonly ReceiptAdvance[]): void {
    const users = this.conversations.get(conversationId) ?? new Map<UserId, MovedCursors>();
    const known = users.get(userId);
    users.set(userId, {
      readSeq: Math.max(cursors.readSeq, known?.readSeq ?? 0),
      deliveredSeq: Math.max(cursors.deliveredSeq, known?.deliveredSeq ?? 0),
      advances: [...(known?.advances ?? []), ...advances],
    });
    this.conversations.set(conversationId, users);
  }

  persisted(advances: readonly ReceiptAdvance[]): void {
    for (const done of advances) {
      const users = this.conversations.get(done.conversationId);
      const known = users?.get(done.userId);
      if (users === undefined || known === undefined) continue;
      const left = known.advances.filter((advance) => advance.kind !== done.kind || advance.upToSeq > done.upToSeq);
      if (left.length > 0) users.set(done.userId, { ...known, advances: left });
      else users.delete(done.userId);
      if (users.size === 0) this.conversations.delete(done.conversationId);
    }
  }
}
