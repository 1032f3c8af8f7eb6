import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { CONFIG, type Config } from './config/config.js';
import { AppError } from './errors/app-error.js';
import { REDIS, type SharedRedis } from './redis/shared-redis.js';
import { type WindowCount, WindowCounts } from './window-counts.js';

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

interface Limiter {
  readonly points: number;
  readonly local: WindowCounts;
  readonly shared: RateLimiterRedis | undefined;
}

/**
 * Rates by name and key. Counts are shared by all nodes of a cluster; while Redis is away each node counts for itself, so that
 * nobody waits and nobody is let loose.
 */
@Injectable()
export class RateLimits {
  private readonly limiters = new Map<RateLimitName, Limiter>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(REDIS) private readonly redis: SharedRedis | null,
  ) {}

  /** Takes `cost` (default 1). Rejects with `rateLimited` and the wait when the key has less left. Without a promise where it is counted here. */
  consume(name: RateLimitName, key: string, cost = 1): void | Promise<void> {
    const { points, local, shared } = this.limiterOf(name);
    if (shared !== undefined) return consumeShared(shared, key, cost);
    const now = Date.now();
    const { taken, endsAt } = local.add(key, cost, now);
    return taken > points ? Promise.reject(tooMany(endsAt - now)) : undefined;
  }

  /** Throws `rateLimited` when nothing is left, and takes nothing: look before an attempt that counts only when it fails. */
  async check(name: RateLimitName, key: string): Promise<void> {
    const { points, local, shared } = this.limiterOf(name);
    const now = Date.now();
    const state = shared === undefined ? local.read(key, now) : toCount(await shared.get(key), now);
    if (state !== undefined && state.taken >= points) throw tooMany(state.endsAt - now);
  }

  /** Takes `cost` (default 1) whatever is left: a failed attempt. Never throws `rateLimited`. */
  async penalize(name: RateLimitName, key: string, cost = 1): Promise<void> {
    const { local, shared } = this.limiterOf(name);
    if (shared === undefined) local.add(key, cost);
    else await shared.penalty(key, cost);
  }

  /** Forgets what the key took. */
  async reset(name: RateLimitName, key: string): Promise<void> {
    const { local, shared } = this.limiterOf(name);
    if (shared === undefined) local.forget(key);
    else await shared.delete(key);
  }

  /** `shared` is set where it is the one that counts now. */
  private limiterOf(name: RateLimitName): Limiter {
    const limiter = this.limiters.get(name) ?? this.make(name);
    return limiter.shared === undefined || this.redis?.connections.isResponsive === true ? limiter : { ...limiter, shared: undefined };
  }

  private make(name: RateLimitName): Limiter {
    const { points, windowSeconds } = limitTable(this.config)[name];
    const shared = this.redis === null ? undefined : sharedLimiter(name, { points, windowSeconds }, this.redis);
    const made = { points, local: new WindowCounts(windowSeconds * 1000), shared };
    this.limiters.set(name, made);
    return made;
  }
}

/** Who is over the limit is refused from memory until the window ends; a command that fails is answered by a count of this process. */
function sharedLimiter(name: RateLimitName, { points, windowSeconds }: Limit, { connections }: SharedRedis): RateLimiterRedis {
  return new RateLimiterRedis({
    storeClient: connections.commands,
    keyPrefix: `parley:rate:${name}`,
    points,
    duration: windowSeconds,
    inMemoryBlockOnConsumed: points + 1,
    insuranceLimiter: new RateLimiterMemory({ keyPrefix: name, points, duration: windowSeconds }),
    rejectIfRedisNotReady: true,
  });
}

async function consumeShared(shared: RateLimiterRedis, key: string, cost: number): Promise<void> {
  try {
    await shared.consume(key, cost);
  } catch (err) {
    throw err instanceof RateLimiterRes ? tooMany(err.msBeforeNext) : err;
  }
}

function toCount(state: RateLimiterRes | null, now: number): WindowCount | undefined {
  return state === null ? undefined : { taken: state.consumedPoints, endsAt: now + state.msBeforeNext };
}

function tooMany(waitMs: number): AppError {
  return new AppError('rateLimited', { retryAfterMs: Math.max(1, waitMs) });
}
