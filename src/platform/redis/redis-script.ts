import { createHash } from 'node:crypto';
import type { RedisClient } from './redis-client.js';

/** A Lua script that Redis runs atomically. Sent by its digest; its source is sent only when Redis does not know it. */
export class RedisScript {
  private readonly digest: string;

  constructor(private readonly source: string) {
    this.digest = createHash('sha1').update(source).digest('hex');
  }

  /** Runs the script. All keys must share one hash tag, so that a Redis Cluster can run it too. */
  async runScript(client: RedisClient, keys: readonly string[], args: ReadonlyArray<string | number | Buffer>): Promise<unknown> {
    try {
      return await client.evalsha(this.digest, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return client.eval(this.source, keys.length, ...keys, ...args);
    }
  }
}
