import { Cluster, type Redis } from 'ioredis';
import type { RedisClient } from '#platform/redis/redis-client.js';

/** The Redis servers that hold the log: a single server, or the masters of a Redis Cluster. */
export class RedisServers {
  private isShortOfMemory = false;

  constructor(
    private readonly client: RedisClient,
    /** Share of `maxmemory`, 0 to 1, above which commits are refused. */
    private readonly memoryShareMax: number,
  ) {}

  /** False while one server is above its share. The rest is reserved for persisting and settling. */
  hasRoom(): boolean {
    return !this.isShortOfMemory;
  }

  /** Whether every write is on the disk before it is acknowledged. False if a server does not say. */
  async isAlwaysSynced(): Promise<boolean> {
    try {
      const replies: unknown[] = await Promise.all(this.servers().map((server) => server.config('GET', 'append*')));
      return replies.every(
        (reply) => Array.isArray(reply) && valueOf(reply, 'appendonly') === 'yes' && valueOf(reply, 'appendfsync') === 'always',
      );
    } catch {
      return false;
    }
  }

  /** Reads how much memory is in use. Called each second. */
  async checkMemory(): Promise<void> {
    const texts = await Promise.all(this.servers().map((server) => server.info('memory')));
    this.isShortOfMemory = texts.some((text) => {
      const max = numberIn(text, 'maxmemory');
      return max > 0 && numberIn(text, 'used_memory') > max * this.memoryShareMax;
    });
  }

  private servers(): readonly Redis[] {
    return this.client instanceof Cluster ? this.client.nodes('master') : [this.client];
  }
}

function valueOf(reply: readonly unknown[], name: string): unknown {
  return reply[reply.indexOf(name) + 1];
}

function numberIn(info: string, name: string): number {
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
}
