import { HttpException, Inject, Injectable } from '@nestjs/common';
import { HealthCheckService, HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { Readiness } from '#contracts/operations/schemas.js';
import { Database } from '../../database/database.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { REDIS, type SharedRedis } from '#platform/redis/shared-redis.js';
import { ShutdownState } from '#platform/shutdown/shutdown-state.js';
import { ConversationLog } from '../log/conversation-log.js';
import { QueueStats } from '../queues/queue-stats.js';

/** A dependency that takes longer counts as down. */
const checkTimeoutMs = 2_000;
/** Results are cached this long, so that probes cannot load the database. */
const checkCacheMs = 500;

type Dependency = () => Promise<HealthIndicatorResult>;

/**
 * Whether this process can take work: checks all dependencies in parallel, each with a timeout. While the log is in Redis, nodes take
 * sends without Postgres, so a missing Postgres is reported but does not make the node unready; otherwise a balancer would turn all
 * clients away.
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

  /** `ok`, the dependencies that are down, or `shutting_down` once a stop has begun. Never rejects because of a dependency. */
  async checkReadiness(): Promise<Readiness> {
    if (this.shutdown.isShuttingDown) return { status: 'shutting_down', details: {} };
    const postgres = this.dependency('postgres', () => this.database.query('SELECT 1'));
    if (this.needsPostgres) return Readiness.parse(await this.checkAll([postgres]));
    const [readiness, aside] = await Promise.all([this.checkAll([]), postgres()]);
    const parsed = Readiness.parse(readiness);
    return Readiness.parse({ ...parsed, details: { ...aside, ...parsed.details } });
  }

  private get needsPostgres(): boolean {
    return this.redis === null || this.config.role === 'worker';
  }

  private async checkAll(more: readonly Dependency[]): Promise<unknown> {
    const { redis } = this;
    try {
      return await this.health.check([
        ...more,
        this.dependency('log', () => this.log.backlog()),
        this.dependency('queues', () => this.queues.ping()),
        ...(redis === null ? [] : [this.dependency('redis', () => checkRedis(redis))]),
      ]);
    } catch (error) {
      if (error instanceof HttpException) return error.getResponse();
      throw error;
    }
  }

  /** Reports only up or down: the route is public, and error messages of drivers name hosts and users. */
  private dependency(name: string, check: () => Promise<unknown>): Dependency {
    return async () => {
      const result = await this.indicators
        .check(name)
        .attempt(async () => {
          await check();
        })
        .withTimeout(checkTimeoutMs)
        .cacheFor(checkCacheMs);
      return { [name]: { status: result[name]?.status ?? 'down' } };
    };
  }
}

/** Redis answers, and this node hears the bus. */
async function checkRedis({ connections, bus }: SharedRedis): Promise<void> {
  await connections.ping();
  if (!bus.isReceiving) throw new Error('the bus is silent');
}
