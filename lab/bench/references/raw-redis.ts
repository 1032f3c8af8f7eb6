import { Redis } from 'ioredis';
import type { Contender } from '../scenario.js';
import { sized } from '../users/crowds.js';
import { LatencySamples } from '../../support/latency-samples.js';
import { makeFolder, removeFolder } from '../servers/parley-server.js';
import { text200 } from '../generator/send-frame.js';
import { clusterMissing, Stores } from '../servers/stores.js';

/** Raw Redis: concurrent loops, each of which appends 200 bytes to its own stream and awaits the reply. Every write is synced, like Parley's. */
export function rawRedisAppends(loops: number, quickLoops: number): Contender {
  return {
    name: 'raw Redis XADD',
    missing: clusterMissing,
    async open(options, defer) {
      const folder = await makeFolder();
      defer(() => removeFolder(folder));
      const stores = await Stores.start(folder);
      defer(() => stores.stop());
      const redis = new Redis(stores.redisUrl, { enableAutoPipelining: true });
      defer(() => redis.disconnect());
      const streams = Array.from({ length: sized(options, loops, quickLoops) }, (_, index) => `stream-${index}`);
      return async () => {
        const from = performance.now() + options.warmUpMs;
        const until = from + options.seconds * 1000;
        const acks = new LatencySamples();
        const loop = async (stream: string): Promise<void> => {
          for (let sentAt = performance.now(); sentAt < until; sentAt = performance.now()) {
            await redis.xadd(stream, '*', 'text', text200);
            if (sentAt >= from) acks.add(performance.now() - sentAt);
          }
        };
        await Promise.all(streams.map(loop));
        await redis.flushall();
        return { acksPerSecond: acks.count / options.seconds, ...acks.figures('ack') };
      };
    },
  };
}
