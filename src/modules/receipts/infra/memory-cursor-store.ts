import { Injectable } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import type { MemberCursors } from '../../conversations/unread-source.js';
import type { ReceiptAdvance } from '../../queues/job-types.js';
import { CursorStore, type MovedCursors } from './cursor-store.js';

/** The store of a single process. A restart empties it; the jobs in the queue remain. */
@Injectable()
export class MemoryCursorStore extends CursorStore {
  private readonly conversations = new Map<ConversationId, Map<UserId, MovedCursors>>();

  async findMoved(userId: UserId, ids: readonly ConversationId[]): Promise<ReadonlyMap<ConversationId, MovedCursors>> {
    const found = new Map<ConversationId, MovedCursors>();
    for (const id of ids) {
      const cursors = this.conversations.get(id)?.get(userId);
      if (cursors !== undefined) found.set(id, cursors);
    }
    return found;
  }

  async findMovedIn(conversationId: ConversationId): Promise<ReadonlyMap<UserId, MovedCursors>> {
    return new Map(this.conversations.get(conversationId));
  }

  async addMove(
    conversationId: ConversationId,
    userId: UserId,
    cursors: MemberCursors,
    advances: readonly ReceiptAdvance[],
  ): Promise<void> {
    const users = this.conversations.get(conversationId) ?? new Map<UserId, MovedCursors>();
    const known = users.get(userId);
    users.set(userId, {
      readSeq: Math.max(cursors.readSeq, known?.readSeq ?? 0),
      deliveredSeq: Math.max(cursors.deliveredSeq, known?.deliveredSeq ?? 0),
      advances: [...(known?.advances ?? []), ...advances],
    });
    this.conversations.set(conversationId, users);
  }

  async forgetMoves(advances: readonly ReceiptAdvance[]): Promise<void> {
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
