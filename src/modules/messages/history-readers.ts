import { Injectable } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';

/** Told that a member was given messages up to `newestSeq`. */
export type OnHistoryRead = (userId: UserId, conversationId: ConversationId, newestSeq: number) => Promise<void>;

/** Where the module of receipts registers to learn what history has shown, so that messages need not import it. */
@Injectable()
export class HistoryReaders {
  private listener: OnHistoryRead | undefined;

  register(listener: OnHistoryRead): void {
    this.listener = listener;
  }

  /** Tells the listener, if there is one. */
  async read(userId: UserId, conversationId: ConversationId, newestSeq: number): Promise<void> {
    await this.listener?.(userId, conversationId, newestSeq);
  }
}
