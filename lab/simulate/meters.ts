import { Redis } from 'ioredis';
import pg from 'pg';
import { z } from 'zod';
import type { ClusterAddresses, ProcessCluster } from '../../tools/cluster/cluster.js';
import { processorSeconds, residentBytes } from '../support/process-stats.js';

/** Processor seconds of each kind of process since its start. */
export interface Reading {
  readonly at: number;
  readonly api1: number;
  readonly api2: number;
  readonly redis: number;
  readonly worker: number;
  readonly postgres: number;
}

/** Reads the resources used by a cluster of two API nodes, one worker, one Redis and one Postgres. */
export class Meters {
  private constructor(
    private readonly cluster: ProcessCluster,
    private readonly redis: Redis,
    private readonly postgres: pg.Client,
  ) {}

  static async open(cluster: ProcessCluster, { redisUrl, databaseUrl }: ClusterAddresses): Promise<Meters> {
    const postgres = new pg.Client({ connectionString: databaseUrl });
    await postgres.connect();
    return new Meters(cluster, new Redis(redisUrl), postgres);
  }

  async close(): Promise<void> {
    this.redis.disconnect();
    await this.postgres.end();
  }

  read(): Reading {
    return {
      at: performance.now(),
      api1: processorSeconds(this.pid('api-1')),
      api2: processorSeconds(this.pid('api-2')),
      redis: processorSeconds(this.pid('redis')),
      worker: processorSeconds(this.pid('worker-1')),
      postgres: processorSeconds(this.pid('postgres'), true),
    };
  }

  apiBytes(): number {
    return residentBytes(this.pid('api-1')) + residentBytes(this.pid('api-2'));
  }

  async redisBytes(): Promise<number> {
    const [, bytes] = /used_memory:(\d+)/.exec(await this.redis.info('memory')) ?? [];
    return Number(bytes);
  }

  /** Opens connections that receive the events between nodes, as additional nodes would. Resolves with a function that closes them. */
  async listen(count: number): Promise<() => void> {
    const channels = z.array(z.string()).parse(await this.redis.call('PUBSUB', 'SHARDCHANNELS'));
    const listeners = Array.from({ length: count }, () => this.redis.duplicate());
    await Promise.all(listeners.map((listener) => listener.ssubscribe(...channels)));
    return () => listeners.forEach((listener) => listener.disconnect());
  }

  /** The number of stored messages. */
  async persisted(): Promise<number> {
    const { rows } = await this.postgres.query<{ count: string }>('SELECT COALESCE(sum(last_seq), 0) AS count FROM conversations');
    return Number(rows[0]?.count);
  }

  /** The size of all messages with their indexes, including the search index. */
  async messageBytes(): Promise<number> {
    await this.postgres.query('CHECKPOINT').catch(() => undefined);
    const { rows } = await this.postgres.query<{ bytes: string }>(
      "SELECT pg_total_relation_size('messages') + pg_total_relation_size('message_search') AS bytes",
    );
    return Number(rows[0]?.bytes);
  }

  private pid(name: string): number {
    const pid = this.cluster.pidOf(name);
    if (pid === undefined) throw new Error(`${name} does not run`);
    return pid;
  }
}

export type Process = Exclude<keyof Reading, 'at'>;

/** Microseconds per unit of work between two readings, less the use of idle processes in the same time. */
export function microsecondsPer(kinds: readonly Process[], before: Reading, after: Reading, pieces: number, idle?: Reading): number {
  const seconds = kinds.reduce((sum, kind) => {
    const idleSeconds = idle === undefined ? 0 : (idle[kind] * (after.at - before.at)) / 1000;
    return sum + after[kind] - before[kind] - idleSeconds;
  }, 0);
  return Math.max(0, (seconds * 1e6) / pieces);
}

/** The use per second of idle processes. */
export function idleRate(before: Reading, after: Reading): Reading {
  const seconds = (after.at - before.at) / 1000;
  const rate = (kind: Process): number => (after[kind] - before[kind]) / seconds;
  return { at: 0, api1: rate('api1'), api2: rate('api2'), redis: rate('redis'), worker: rate('worker'), postgres: rate('postgres') };
}
