import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AppError } from '../../../platform/errors/app-error.js';
import type { MemberAccess } from '../../conversations/member-access.js';

const rememberedMax = 100_000;

/**
 * Slow mode of a conversation's policy: one message per member and interval. Moderators and above are exempt. A batch
 * needs the interval to be off. Kept per process.
 */
@Injectable()
export class SlowMode {
  private readonly nextAt = new LRUCache<string, number>({ max: rememberedMax });

  /** Takes the member's turn. Throws `rateLimited` with the wait. */
  take(member: MemberAccess, count: number, now = Date.now()): void {
    const intervalMs = member.conversation.policy.slowModeSeconds * 1000;
    if (intervalMs === 0 || member.can('moderate')) return;
    const key = `${member.conversation.id} ${member.userId}`;
    const nextAt = this.nextAt.get(key) ?? 0;
    if (nextAt > now || count > 1) {
      throw new AppError('rateLimited', { detail: 'the conversation is in slow mode', retryAfterMs: Math.max(1, nextAt - now) });
    }
    this.nextAt.set(key, now + intervalMs);
  }
}
