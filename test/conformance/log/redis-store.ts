import { randomUUID } from 'node:crypto';
import { Database } from '../../../src/database/database.js';
import { createPool } from '../../../src/database/pool.js';
import { openRedisLog } from '../../../src/modules/log/redis/open-redis-log.js';
import type { RedisConversationLog } from '../../../src/modules/log/redis/redis-log.js';
import { createLog } from '../../../src/platform/logging/log.js';
import { RedisConnections } from '../../../src/platform/redis/redis-connections.js';
import { createDatabase } from '../../support/database.js';
import { environment } from '../../support/environment.js';
import { type LogStore, shardCount } from './log-scene.js';

export interface RedisStore extends LogStore {
  open(): Promise<RedisConversationLog>;
}

/** A fresh database and a part of its own in the Redis at `url`; each log is a node with connections of its own. */
export async function createRedisStore(url: string): Promise<RedisStore> {
  const databaseUrl = await createDatabase(environment().adminUrl);
  const database = new Database(createPool({ connectionString: databaseUrl, max: 6, name: 'parley-test' }));
  const namespace = `test-${randomUUID()}`;
  const opened: Array<{ log: RedisConversationLog; connections: RedisConnections }> = [];
  return {
    database,
    open: async () => {
      const connections = await RedisConnections.connect({ url, isDurabilityChecked: true }, createLog({ level: 'fatal' }));
      const log = await openRedisLog({ connections, databaseUrl, shardCount, namespace });
      opened.push({ log, connections });
      return log;
    },
    close: async () => {
      await Promise.all(opened.map(({ log }) => log.close()));
      for (const { connections } of opened) connections.close();
      await database.pool.end();
    },
  };
}
