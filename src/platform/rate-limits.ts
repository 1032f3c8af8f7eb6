import { Inject, Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { CONFIG, type Config } from './config/config.js';
import { AppError } from './errors/app-error.js';
import { REDIS, type SharedRedis } from './redis/shared-redis.js';
import { type WindowCount, WindowCounts } from './window-counts.js';

interface Limit {
  /** Points that may be taken in one window. */
  readonly points: number;
  readonly windowSeconds: number;
}

/** Every limit by name. The caller chooses its key: a user, an address. */
function limitTable(config: Config) {
  return {
    /** REST requests of a user; without a user, of an address. */
    rest: { points: config.rateRestPerSecond, windowSeconds: 1 },
    /** New accounts and guests of an address. */
    register: { points: config.rateRegisterPerMinute, windowSeconds: 60 },
    /** Persons that a user adds to conversations. */
    additions: { points: config.rateAdditionsPerMinute, windowSeconds: 60 },
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
 * Rate limits by name and key. All nodes of a cluster share the counts. While Redis is unreachable each node counts for itself, so
 * that no caller waits and no caller is unlimited.
 */
@Injectable()
export class RateLimits {
  private readonly limiters = new Map<RateLimitName, Limiter>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(REDIS) private readonly redis: SharedRedis | null,
  ) {}

  /** Takes `cost` points (default 1). Rejects with `rateLimited` and the time to wait when the key has fewer left. Returns no promise when the count is local. */
  takePoints(name: RateLimitName, key: string, cost = 1): void | Promise<void> {
    const { points, local, shared } = this.limiterOf(name);
    if (shared !== undefined) return consumeShared(shared, key, cost);
    const now = performance.now();
    const { taken, endsAt } = local.addCost(key, cost, now);
    return taken > points ? Promise.reject(rateLimited(endsAt - now)) : undefined;
  }

  /** Throws `rateLimited` when no points are left, and takes none: for attempts that count only when they fail. */
  async checkLimit(name: RateLimitName, key: string): Promise<void> {
    const { points, local, shared } = this.limiterOf(name);
    const now = performance.now();
    const state = shared === undefined ? local.readCount(key, now) : toCount(await shared.get(key), now);
    if (state !== undefined && state.taken >= points) throw rateLimited(state.endsAt - now);
  }

  /** Takes `cost` points (default 1) for a failed attempt, however few are left. Never throws `rateLimited`. */
  async addPenalty(name: RateLimitName, key: string, cost = 1): Promise<void> {
    const { local, shared } = this.limiterOf(name);
    if (shared === undefined) local.addCost(key, cost);
    else await shared.penalty(key, cost);
  }

  /** Gives the key all its points back. */
  async resetKey(name: RateLimitName, key: string): Promise<void> {
    const { local, shared } = this.limiterOf(name);
    if (shared === undefined) local.forgetKey(key);
    else await shared.delete(key);
  }

  /** Without `shared` while Redis is unreachable. */
  private limiterOf(name: RateLimitName): Limiter {
    const limiter = this.limiters.get(name) ?? this.createLimiter(name);
    return limiter.shared === undefined || this.redis?.connections.isResponsive === true ? limiter : { ...limiter, shared: undefined };
  }

  private createLimiter(name: RateLimitName): Limiter {
    const { points, windowSeconds } = limitTable(this.config)[name];
    const shared = this.redis === null ? undefined : sharedLimiter(name, { points, windowSeconds }, this.redis);
    const limiter = { points, local: new WindowCounts(windowSeconds * 1000), shared };
    this.limiters.set(name, limiter);
    return limiter;
  }
}

/** A key over its limit is refused from memory until the window ends. If a command fails, a count of this process decides. */
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
  } catch (error) {
    throw error instanceof RateLimiterRes ? rateLimited(error.msBeforeNext) : error;
  }
}

function toCount(state: RateLimiterRes | null, now: number): WindowCount | undefined {
  return state === null ? undefined : { taken: state.consumedPoints, endsAt: now + state.msBeforeNext };
}

function rateLimited(waitMs: number): AppError {
  return new AppError('rateLimited', { retryAfterMs: Math.max(1, Math.ceil(waitMs)) });
}
