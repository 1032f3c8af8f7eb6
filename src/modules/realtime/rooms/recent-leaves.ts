import { Injectable } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { memberKey } from '#platform/member-key.js';

/** Longer than any transaction may take. */
const keptMs = 30_000;

/**
 * Remembers for half a minute who left what: a leaving is told when it is committed to the log, a moment before the database
 * shows it, and a list of rooms that is read in between must not let the user in again.
 */
@Injectable()
export class RecentLeaves {
  private readonly leftAt = new Map<string, number>();

  left(userId: UserId, conversationId: ConversationId): void {
    this.remember(memberKey(conversationId, userId));
  }

  closed(conversationId: ConversationId): void {
    this.remember(conversationId);
  }

  joined(userId: UserId, conversationId: ConversationId): void {
    this.leftAt.delete(memberKey(conversationId, userId));
  }

  has(userId: UserId, conversationId: ConversationId): boolean {
    return this.leftAt.size > 0 && (this.leftAt.has(memberKey(conversationId, userId)) || this.leftAt.has(conversationId));
  }

  sweep(now: number): void {
    for (const [key, at] of this.leftAt) {
      if (now - at < keptMs) return;
      this.leftAt.delete(key);
    }
  }

  private remember(key: string): void {
    this.leftAt.delete(key);
    this.leftAt.set(key, Date.now());
  }
}
