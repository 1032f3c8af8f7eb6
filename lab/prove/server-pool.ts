import type { Environment } from './environment.js';
import type { PostgresProcess } from './processes/postgres-process.js';
import type { RedisProcess } from './processes/redis-process.js';
import type { Random } from '../support/random.js';
import { type Mode, Topology, type TopologyOptions } from './topology.js';

export interface ServerOptions extends Pick<TopologyOptions, 'apiNodes' | 'workerNodes' | 'proxied' | 'env' | 'nodeArgs'> {
  readonly name: string;
  readonly appendfsync?: 'always' | 'everysec';
  readonly redisMaxmemory?: number;
  /** Separate stores for the scenario: its own Postgres, its own folder for the data of Redis. */
  readonly postgres?: PostgresProcess;
  readonly redisFolder?: string;
}

/** The processes that a scenario runs on. */
export interface Servers {
  readonly topology: Topology;
  readonly redis: RedisProcess | undefined;
  readonly isStandard: boolean;
  /** Crashes of earlier scenarios on the same processes. */
  readonly crashesBefore: number;
}

/**
 * Starts the processes of scenarios. Rows without special needs run on the same processes one after another, each with new people
 * and conversations, so that each row also has to cope with what the row before left behind.
 */
export class ServerPool {
  private standing: Servers | undefined;

  constructor(
    private readonly environment: Environment,
    private readonly mode: Mode,
  ) {}

  async take(options: ServerOptions, random: Random): Promise<Servers> {
    await this.environment.mend();
    const isStandard = isStandardOf(options);
    const { standing } = this;
    this.standing = undefined;
    if (standing !== undefined && isStandard) return { ...standing, crashesBefore: crashesOf(standing.topology) };
    if (standing !== undefined) await this.stop(standing);
    return { ...(await this.start(options, random)), isStandard, crashesBefore: 0 };
  }

  /** Takes back the processes of a scenario. They are reused only if `isWell`: the scenario found no violation. */
  async giveBack(servers: Servers, isWell: boolean): Promise<void> {
    const isRunning = servers.topology.nodes.every((node) => node.isRunning) && servers.redis?.isRunning !== false;
    if (isWell && isRunning && servers.isStandard && crashesOf(servers.topology) === servers.crashesBefore) this.standing = servers;
    else await this.stop(servers);
  }

  /** Stops what is left over. */
  async close(): Promise<void> {
    if (this.standing !== undefined) await this.stop(this.standing);
    this.standing = undefined;
  }

  private async start(options: ServerOptions, random: Random): Promise<Pick<Servers, 'topology' | 'redis'>> {
    const { environment, mode } = this;
    const folder = environment.scenario(options.name);
    const { appendfsync = 'always', redisMaxmemory: maxmemory, postgres = environment.postgres } = options;
    const redis = mode === 'cluster' ? await environment.redis(options.redisFolder ?? folder, { appendfsync, maxmemory }) : undefined;
    try {
      const database = environment.databaseName();
      const topology = await Topology.start({ ...options, mode, folder, postgres, redis, database, random });
      // The log begins with the first node, not with the empty Redis.
      if (redis !== undefined) redis.remembersSince = performance.now();
      return { redis, topology };
    } catch (error) {
      await redis?.stop();
      throw error;
    }
  }

  private async stop({ topology, redis }: Servers): Promise<void> {
    await topology.stop();
    await redis?.stop();
  }
}

/** Crashes of all nodes so far. */
export function crashesOf(topology: Topology): number {
  return topology.nodes.reduce((count, node) => count + node.crashes, 0);
}

function isStandardOf(options: ServerOptions): boolean {
  const { apiNodes, workerNodes, proxied, env, nodeArgs = [], appendfsync = 'always', redisMaxmemory, postgres, redisFolder } = options;
  const special = [apiNodes, workerNodes, proxied, env, redisMaxmemory, postgres, redisFolder];
  return special.every((one) => one === undefined) && nodeArgs.length === 0 && appendfsync === 'always';
}
