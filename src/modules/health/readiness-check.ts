import { HttpException, Inject, Injectable } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { Readiness } from '#contracts/operations/schemas.js';
import { Database } from '../../database/database.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { REDIS, type SharedRedis } from '#platform/redis/shared-redis.js';
import { ShutdownState } from '#platform/shutdown.js';
import { ConversationLog } from '../log/conversation-log.js';
import { QueueStats } from '../queues/queue-stats.js';

/** A dependency that takes longer counts as down. */
const checkTimeoutMs = 2_000;
/** Answers are shared for so long: a prober cannot load the database. */
const checkCacheMs = 500;

type Dependency = () => Promise<HealthIndicatorResult>;

/**
 * Whether this process can take work: each dependency is asked, side by side and with a time limit. While the log is in Redis,
 * nodes take sends without Postgres, so its absence is told and refuses nothing: else a balancer would turn everybody away.
 */
@Injectable()
export class ReadinessCheck {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: Database,
    private readonly log: ConversationLog,
    private readonly queues: QueueStats,
    private readonly shutdown: ShutdownState,
    @Inject(REDIS) private readonly redis: SharedRedis | null,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** `ok`, or what is down, or `shutting_down` from the first signal to stop on. Never rejects for a dependency's sake. */
  async read(): Promise<Readiness> {
    if (this.shutdown.isShuttingDown) return { status: 'shutting_down', details: {} };
    const postgres = this.dependency('postgres', () => this.database.query('SELECT 1'));
    if (this.needsPostgres) return Readiness.parse(await this.check([postgres]));
    const [readiness, aside] = await Promise.all([this.check([]), postgres()]);
    const parsed = Readiness.parse(readiness);
    return Readiness.parse({ ...parsed, details: { ...aside, ...parsed.details } });
  }

  private get needsPostgres(): boolean {
    return this.redis === null || this.config.role === 'worker';
  }

  private async check(more: readonly Dependency[]): Promise<unknown> {
    const { redis } = this;
    try {
      return await this.health.check([
        ...more,
        this.dependency('log', () => this.log.backlog()),
        this.dependency('queues', () => this.queues.ping()),
        ...(redis === null ? [] : [this.dependency('redis', () => askRedis(redis))]),
      ]);
    } catch (error) {
      if (error instanceof HttpException) return error.getResponse();
      throw error;
    }
  }

  /** Says up or down and no more: the route is open to everybody, and messages of drivers name hosts and users. */
  private dependency(name: string, ask: () => Promise<unknown>): Dependency {
    return async () => {
      const result = await this.indicators
        .check(name)
        .attempt(async () => {
          await ask();
        })
        .withTimeout(checkTimeoutMs)
        .cacheFor(checkCacheMs);
      return { [name]: { status: result[name]?.status ?? 'down' } };
    };
  }
}

/** It answers, and this node hears what the others say. */
async function askRedis({ connections, bus }: SharedRedis): Promise<void> {
  await connections.ping();
  if (!bus.isHearing) throw new Error('the bus is silent');
}
