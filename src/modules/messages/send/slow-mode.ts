import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AppError } from '#platform/errors/app-error.js';
import { REDIS, type SharedRedis } from '#platform/redis/shared-redis.js';
import type { MemberAccess } from '../../conversations/member-access.js';

const rememberedMax = 100_000;

/**
 * The slow mode of a conversation's policy: each member may send one message per interval, counted over all nodes. While Redis is
 * unavailable each node counts for itself. Moderators and higher roles are exempt.
 */
@Injectable()
export class SlowMode {
  private readonly nextAt = new LRUCache<string, number>({ max: rememberedMax });

  constructor(@Inject(REDIS) private readonly redis: SharedRedis | null) {}

  /**
   * Takes the member's turn to send `count` messages, of which slow mode allows only one. Synchronous unless the turn is counted in Redis.
   * Throws `rateLimited` with the time to wait.
   */
  takeTurn(member: MemberAccess, count: number, now = Date.now()): void | Promise<void> {
    const intervalMs = member.conversation.policy.slowModeSeconds * 1000;
    if (intervalMs === 0 || member.can('moderate')) return undefined;
    const key = `${member.conversation.id}:${member.userId}`;
    if (count > 1) throw tooSoon((this.nextAt.get(key) ?? 0) - now);
    return this.redis?.connections.isResponsive === true
      ? this.takeSharedTurn(this.redis, key, intervalMs)
      : this.takeLocalTurn(key, intervalMs, now);
  }

  private takeLocalTurn(key: string, intervalMs: number, now: number): void {
    const nextAt = this.nextAt.get(key) ?? 0;
    if (nextAt > now) throw tooSoon(nextAt - now);
    this.nextAt.set(key, now + intervalMs);
  }

  private async takeSharedTurn({ connections }: SharedRedis, key: string, intervalMs: number): Promise<void> {
    const redisKey = `parley:slow:${key}`;
    if ((await connections.commands.set(redisKey, '1', 'PX', intervalMs, 'NX')) === 'OK') return;
    throw tooSoon(await connections.commands.pttl(redisKey));
  }
}

function tooSoon(waitMs: number): AppError {
  return new AppError('rateLimited', { detail: 'the conversation is in slow mode', retryAfterMs: Math.max(1, waitMs) });
}
