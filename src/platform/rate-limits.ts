import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { CONFIG, type Config } from './config/config.js';
import { AppError } from './errors/app-error.js';
import { REDIS, type SharedRedis } from './redis/shared-redis.js';

interface Limit {
  /** What may be taken in one window. */
  readonly points: number;
  readonly windowSeconds: number;
}

/** Every rate by name. The key of each (a user, an address) is its caller's choice. */
function limitTable(config: Config) {
  return {
    /** REST requests of a user, or of an address for those without one. */
    rest: { points: config.rateRestPerSecond, windowSeconds: 1 },
    /** New accounts and guests of an address. */
    register: { points: config.rateRegisterPerMinute, windowSeconds: 60 },
    /** Failed logins for a name from an address. */
    loginFailures: { points: config.rateLoginFailuresPerMinute, windowSeconds: 60 },
    /** Failed logins of operators, for a name from an address. */
    operatorLoginFailures: { points: config.rateLoginFailuresPerMinute, windowSeconds: 60 },
  } as const satisfies Record<string, Limit>;
}

export type RateLimitName = keyof ReturnType<typeof limitTable>;

interface Limiters {
  readonly local: RateLimiterMemory;
  readonly shared: RateLimiterRedis | undefined;
}

/**
 * Rates by name and key. Counts are shared by all nodes of a cluster; while Redis is away each node counts for itself, so that
 * nobody waits and nobody is let loose.
 */
@Injectable()
export class RateLimits {
  private readonly limiters = new Map<RateLimitName, Limiters>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(REDIS) private readonly redis: SharedRedis | null,
  ) {}

  /** Takes `cost` (default 1). Throws `rateLimited` with the wait when the key has less left. */
  async consume(name: RateLimitName, key: string, cost = 1): Promise<void> {
    try {
      await this.limiterOf(name).consume(key, cost);
    } catch (err) {
      throw err instanceof RateLimiterRes ? tooMany(err.msBeforeNext) : err;
    }
  }

  /** Throws `rateLimited` when nothing is left, and takes nothing: look before an attempt that counts only when it fails. */
  async check(name: RateLimitName, key: string): Promise<void> {
    const state = await this.limiterOf(name).get(key);
    if (state !== null && state.remainingPoints <= 0) throw tooMany(state.msBeforeNext);
  }

  /** Takes `cost` (default 1) whatever is left: a failed attempt. Never throws `rateLimited`. */
  async penalize(name: RateLimitName, key: string, cost = 1): Promise<void> {
    await this.limiterOf(name).penalty(key, cost);
  }

  /** Forgets what the key took. */
  async reset(name: RateLimitName, key: string): Promise<void> {
    await this.limiterOf(name).delete(key);
  }

  private limiterOf(name: RateLimitName): RateLimiterMemory | RateLimiterRedis {
    const { local, shared } = this.limiters.get(name) ?? this.make(name);
    return shared !== undefined && this.redis?.connections.isResponsive === true ? shared : local;
  }

  private make(name: RateLimitName): Limiters {
    const { points, windowSeconds } = limitTable(this.config)[name];
    const local = new RateLimiterMemory({ keyPrefix: name, points, duration: windowSeconds });
    const made = { local, shared: this.redis === null ? undefined : sharedLimiter(name, local, this.redis) };
    this.limiters.set(name, made);
    return made;
  }
}

/** Who is over the limit is refused from memory until the window ends; a command that fails is answered by the local count. */
function sharedLimiter(name: RateLimitName, local: RateLimiterMemory, { connections }: SharedRedis): RateLimiterRedis {
  return new RateLimiterRedis({
    storeClient: connections.commands,
    keyPrefix: `parley:rate:${name}`,
    points: local.points,
    duration: local.duration,
    inMemoryBlockOnConsumed: local.points + 1,
    insuranceLimiter: local,
    rejectIfRedisNotReady: true,
  });
}

function tooMany(waitMs: number): AppError {
  return new AppError('rateLimited', { retryAfterMs: Math.max(1, waitMs) });
}
