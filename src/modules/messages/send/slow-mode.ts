import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { memberKey } from '#platform/member-key.js';
import { AppError } from '#platform/errors/app-error.js';
import { RedisScript } from '#platform/redis/redis-script.js';
import { REDIS, type SharedRedis } from '#platform/redis/shared-redis.js';
import type { MemberAccess } from '../../conversations/member-access.js';

const rememberedMax = 100_000;

interface Turn {
  /** Of `performance.now()`. */
  readonly nextAt: number;
  readonly sendId: string | undefined;
}

/**
 * Gives a turn back.
 *
 * Keys       1 the member's turn
 * Arguments  1 id of the send that took it
 * Returns    1 when it was given back, 0 when another send has it
 */
const giveBack = new RedisScript(`#!lua
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`);

/**
 * The slow mode of a conversation's policy: each member may send one message per interval, counted over all nodes. While Redis is
 * unavailable each node counts for itself. Moderators and higher roles are exempt.
 */
@Injectable()
export class SlowMode {
  private readonly turns = new LRUCache<string, Turn>({ max: rememberedMax });

  constructor(@Inject(REDIS) private readonly redis: SharedRedis | null) {}

  /** Whether the member needs a turn to send. */
  appliesTo(member: MemberAccess): boolean {
    return member.conversation.policy.slowModeSeconds > 0 && !member.can('moderate');
  }

  /**
   * Takes the member's turn to send `count` new messages, of which slow mode allows only one. The send `sendId` may take its turn again.
   * Synchronous unless the turn is counted in Redis. Throws `forbidden` for several messages, which no waiting allows, and `rateLimited`
   * with the time to wait. `now` is of `performance.now()`.
   */
  takeTurn(member: MemberAccess, count: number, now = performance.now(), sendId?: string): void | Promise<void> {
    if (!this.appliesTo(member)) return undefined;
    if (count > 1) throw new AppError('forbidden', { detail: 'the conversation is in slow mode: members send one new message at a time' });
    const intervalMs = member.conversation.policy.slowModeSeconds * 1000;
    const key = memberKey(member.conversation.id, member.userId);
    return this.redis?.connections.isResponsive === true
      ? this.takeSharedTurn(this.redis, key, intervalMs, sendId)
      : this.takeLocalTurn(key, intervalMs, now, sendId);
  }

  /** Makes the turn free again that this send took: nothing new was committed. */
  async giveTurnBack(member: MemberAccess, sendId: string): Promise<void> {
    const key = memberKey(member.conversation.id, member.userId);
    if (this.turns.get(key)?.sendId === sendId) this.turns.delete(key);
    if (this.redis?.connections.isResponsive === true) await giveBack.runScript(this.redis.connections.commands, [redisKey(key)], [sendId]);
  }

  private takeLocalTurn(key: string, intervalMs: number, now: number, sendId: string | undefined): void {
    const turn = this.turns.get(key);
    if (turn !== undefined && turn.nextAt > now && !isSame(turn.sendId, sendId)) throw tooSoon(turn.nextAt - now);
    this.turns.set(key, { nextAt: now + intervalMs, sendId });
  }

  private async takeSharedTurn({ connections }: SharedRedis, key: string, intervalMs: number, sendId: string | undefined): Promise<void> {
    const name = redisKey(key);
    if ((await connections.commands.set(name, sendId ?? '1', 'PX', intervalMs, 'NX')) === 'OK') return;
    if (sendId !== undefined && isSame((await connections.commands.get(name)) ?? undefined, sendId)) return;
    throw tooSoon(await connections.commands.pttl(name));
  }
}

function isSame(known: string | undefined, sendId: string | undefined): boolean {
  return known !== undefined && known === sendId;
}

function redisKey(key: string): string {
  return `parley:slow:${key}`;
}

function tooSoon(waitMs: number): AppError {
  return new AppError('rateLimited', { detail: 'the conversation is in slow mode', retryAfterMs: Math.max(1, Math.ceil(waitMs)) });
}
