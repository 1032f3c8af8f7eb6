import { randomUUID } from 'node:crypto';
import type { Config } from '#platform/config/config.js';
import type { SharedRedis } from '#platform/redis/shared-redis.js';
import { openLogTable } from './embedded/log-table.js';
import { renewRedisEpoch } from './redis/open-redis-log.js';

/**
 * Begins a new epoch of the log and returns it. Running nodes of a cluster enter it within seconds; a single process must be stopped.
 * Clients load their state afresh, because they no longer trust the numbers of a former epoch.
 */
export async function renewEpoch({ databaseUrl, shardCount }: Config, redis: SharedRedis | undefined): Promise<string> {
  if (redis !== undefined) return renewRedisEpoch({ connections: redis.connections, databaseUrl, shardCount });
  const table = openLogTable(databaseUrl);
  try {
    const epoch = randomUUID();
    await table.epochs.changeEpoch(epoch);
    return epoch;
  } finally {
    await table.close();
  }
}
