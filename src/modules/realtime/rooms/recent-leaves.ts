import { Injectable } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { memberKey } from '#platform/member-key.js';

/** Longer than any transaction may take. */
const keptMs = 30_000;

/**
 * Remembers for half a minute which user left which conversation. Leaving takes effect when it is committed to the log, a moment before
 * the database shows it. A list of rooms that is read in between must not bring the user back in.
 */
@Injectable()
export class RecentLeaves {
  private readonly leftAt = new Map<string, number>();

  recordLeave(conversationId: ConversationId, userId: UserId): void {
    this.remember(memberKey(conversationId, userId));
  }

  /** Records that every member has left. */
  recordClosing(conversationId: ConversationId): void {
    this.remember(conversationId);
  }

  /** Records that the user is back. A closed conversation has no newcomers, so one that was closed has been opened again. */
  forgetLeave(conversationId: ConversationId, userId: UserId): void {
    this.leftAt.delete(memberKey(conversationId, userId));
    this.leftAt.delete(conversationId);
  }

  hasLeft(conversationId: ConversationId, userId: UserId): boolean {
    return this.leftAt.size > 0 && (this.leftAt.has(memberKey(conversationId, userId)) || this.leftAt.has(conversationId));
  }

  forgetExpired(now: number): void {
    for (const [key, at] of this.leftAt) {
      if (now - at < keptMs) return;
      this.leftAt.delete(key);
    }
  }

  private remember(key: string): void {
    this.leftAt.delete(key);
    this.leftAt.set(key, performance.now());
  }
}
