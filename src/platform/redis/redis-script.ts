import { createHash } from 'node:crypto';
import type { RedisClient } from './redis-client.js';

/** A Lua script that Redis runs as one step. Sent by its digest, and whole only where Redis does not know it (any more). */
export class RedisScript {
  private readonly digest: string;

  constructor(private readonly source: string) {
    this.digest = createHash('sha1').update(source).digest('hex');
  }

  /** Runs it. All keys share one hash tag, so that a Redis Cluster runs it too. */
  async run(client: RedisClient, keys: readonly string[], args: ReadonlyArray<string | number | Buffer>): Promise<unknown> {
    try {
      return await client.evalsha(this.digest, keys.length, ...keys, ...args);
    } catch (err) {
      if (!(err instanceof Error && err.message.startsWith('NOSCRIPT'))) throw err;
      return client.eval(this.source, keys.length, ...keys, ...args);
    }
  }
}
