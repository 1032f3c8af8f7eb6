import { randomUUID } from 'node:crypto';
import { Database } from '../../../src/database/database.js';
import { createPool } from '../../../src/database/pool.js';
import { LogKeys } from '../../../src/modules/log/redis/log-keys.js';
import { openRedisLog } from '../../../src/modules/log/redis/open-redis-log.js';
import type { RedisConversationLog } from '../../../src/modules/log/redis/redis-conversation-log.js';
import { createLog } from '#platform/logging/log.js';
import { RedisConnections } from '#platform/redis/redis-connections.js';
import { createDatabase } from '../../support/database.js';
import { environment } from '../../support/environment.js';
import { until } from '../../support/until.js';
import { type LogStore, shardCount } from './log-scene.js';

export interface RedisStore extends LogStore {
  readonly databaseUrl: string;
  readonly namespace: string;
  open(options?: { readonly url?: string }): Promise<RedisConversationLog>;
  /** Closes all logs that are open. */
  closeNodes(): Promise<void>;
}

const hourMs = 3_600_000;

/**
 * A fresh database and a namespace in the Redis at `url`; each log is a node with its own connections. The log is an hour old, like
 * most logs: a younger log has to look up client ids in storage, because they may be older than the log.
 */
export async function createRedisStore(url: string): Promise<RedisStore> {
  const store = await createYoungRedisStore(url);
  const log = await store.open();
  const connections = await RedisConnections.connect({ url, isDurabilityChecked: true }, createLog({ level: 'fatal' }));
  for (const shard of Array.from({ length: shardCount }).keys()) {
    const { meta } = new LogKeys(store.namespace, shard);
    // A client of a Redis Cluster learns during use which node has which slot, so early commands may fail.
    await until('the shard is aged', () =>
      connections.commands.hset(meta, 'since', Date.now() - hourMs).then(
        () => true,
        () => false,
      ),
    );
  }
  connections.close();
  await log.close();
  return store;
}

/** Like `createRedisStore`, with a log that has just been created. */
export async function createYoungRedisStore(url: string): Promise<RedisStore> {
  const databaseUrl = await createDatabase(environment().adminUrl);
  const database = new Database(createPool({ connectionString: databaseUrl, max: 6, name: 'parley-test' }));
  const namespace = `test-${randomUUID()}`;
  const opened: Array<{ log: RedisConversationLog; connections: RedisConnections }> = [];
  const closeNodes = async () => {
    const closing = opened.splice(0);
    await Promise.all(closing.map(({ log }) => log.close()));
    for (const { connections } of closing) connections.close();
  };
  return {
    database,
    databaseUrl,
    namespace,
    open: async (options = {}) => {
      const connections = await RedisConnections.connect(
        { url: options.url ?? url, isDurabilityChecked: true },
        createLog({ level: 'fatal' }),
      );
      const log = await openRedisLog({ connections, databaseUrl, shardCount, namespace });
      opened.push({ log, connections });
      return log;
    },
    closeNodes,
    close: async () => {
      await closeNodes();
      await database.pool.end();
    },
  };
}
