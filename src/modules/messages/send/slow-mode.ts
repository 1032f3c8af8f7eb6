import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AppError } from '#platform/errors/app-error.js';
import { REDIS, type SharedRedis } from '#platform/redis/shared-redis.js';
import type { MemberAccess } from '../../conversations/member-access.js';

const rememberedMax = 100_000;

/**
 * Slow mode of a conversation's policy: one message per member and interval, over all nodes; while Redis is away each node
 * counts for itself. Moderators and above are exempt. A batch needs the interval to be off.
 */
@Injectable()
export class SlowMode {
  private readonly nextAt = new LRUCache<string, number>({ max: rememberedMax });

  constructor(@Inject(REDIS) private readonly redis: SharedRedis | null) {}

  /** Takes the member's turn; synchronous where nothing is shared or limited. Throws `rateLimited` with the wait. */
  take(member: MemberAccess, count: number, now = Date.now()): void | Promise<void> {
    const intervalMs = member.conversation.policy.slowModeSeconds * 1000;
    if (intervalMs === 0 || member.can('moderate')) return undefined;
    const key = `${member.conversation.id}:${member.userId}`;
    if (count > 1) throw tooSoon((this.nextAt.get(key) ?? 0) - now);
    return this.redis?.connections.isResponsive === true
      ? this.takeShared(this.redis, key, intervalMs)
      : this.takeLocal(key, intervalMs, now);
  }

  private takeLocal(key: string, intervalMs: number, now: number): void {
    const nextAt = this.nextAt.get(key) ?? 0;
    if (nextAt > now) throw tooSoon(nextAt - now);
    this.nextAt.set(key, now + intervalMs);
  }

  private async takeShared({ connections }: SharedRedis, key: string, intervalMs: number): Promise<void> {
    const redisKey = `parley:slow:${key}`;
    if ((await connections.commands.set(redisKey, '1', 'PX', intervalMs, 'NX')) === 'OK') return;
    throw tooSoon(await connections.commands.pttl(redisKey));
  }
}

function tooSoon(waitMs: number): AppError {
  return new AppError('rateLimited', { detail: 'the conversation is in slow mode', retryAfterMs: Math.max(1, waitMs) });
}
