import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Database } from '../../../database/database.js';
import { createPool, plannedOnce } from '../../../database/pool.js';
import { errorMessage } from '#platform/errors/error-facts.js';
import type { RedisConnections } from '#platform/redis/redis-connections.js';
import type { RedisClient } from '#platform/redis/redis-client.js';
import { ConnectionLoss } from './connection-loss.js';
import { LogKeys } from './log-keys.js';
import { LogEpoch } from './log-epoch.js';
import { RecentCommits, restoreCommits } from './recent-commits.js';
import { RedisCommits } from './redis-commits.js';
import { RedisConversationLog } from './redis-conversation-log.js';
import { RedisServers } from './redis-servers.js';
import { LogStorage } from './log-storage.js';

export interface RedisLogOptions {
  readonly connections: RedisConnections;
  readonly databaseUrl: string;
  readonly shardCount: number;
  /** Prefix of all keys. Logs with different namespaces are independent of each other. */
  readonly namespace?: string;
  /** Share of Redis' `maxmemory`, 0 to 1, above which commits fail with `overloaded`. */
  readonly memoryShareMax?: number;
}

const checkEveryMs = 1000;
const openTimeoutMs = 5000;
const poolMax = 4;
/** Less than the three seconds after which a client's request times out. */
const statementTimeoutMs = 2500;

/** Opens the log of cluster mode: determines its epoch, and checks each second whether it still holds until the log is closed. */
export async function openRedisLog(options: RedisLogOptions): Promise<RedisConversationLog> {
  const { connections, databaseUrl, shardCount, namespace = 'parley' } = options;
  const storage = openStorage(databaseUrl);
  const link = connections.openLink('commands', 'parley-log');
  const { client } = link;
  const shards = Array.from({ length: shardCount }, (_, shard) => new LogKeys(namespace, shard));
  const servers = new RedisServers(client, options.memoryShareMax ?? 0.8);
  const logEpoch = new LogEpoch(client, storage, shards, () => servers.isAlwaysSynced());
  const recent = new RecentCommits();
  const commits = new RedisCommits(client, storage, logEpoch, recent, shards, ConnectionLoss.watch(client));
  logEpoch.onEpochChanged((epoch) => restoreRecent(client, storage, shards, recent, epoch));
  const watch = repeatEvery(checkEveryMs, async () => {
    await Promise.all([logEpoch.checkShards(), servers.checkMemory()]);
    recent.forgetOld();
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= watch.stop().then(() => {
      link.close();
      return storage.close();
    });
    return closing;
  };
  try {
    await link.awaitReady(statementTimeoutMs);
    await retryUntilItWorks(async () => {
      await logEpoch.renewEpoch();
      await servers.checkMemory();
    });
  } catch (error) {
    await close();
    throw error;
  }
  watch.start();
  return new RedisConversationLog({ client, storage, logEpoch, commits, shards, hasRoom: () => servers.hasRoom(), close });
}

/** Begins a new epoch in both stores, whether nodes are running or not, and returns it. */
export async function renewRedisEpoch({ connections, databaseUrl, shardCount, namespace = 'parley' }: RedisLogOptions): Promise<string> {
  const storage = openStorage(databaseUrl);
  const link = connections.openLink('commands', 'parley-epoch');
  const shards = Array.from({ length: shardCount }, (_, shard) => new LogKeys(namespace, shard));
  try {
    await link.awaitReady(statementTimeoutMs);
    const servers = new RedisServers(link.client, 1);
    return await new LogEpoch(link.client, storage, shards, () => servers.isAlwaysSynced()).beginEpoch();
  } finally {
    link.close();
    await storage.close();
  }
}

function openStorage(connectionString: string): LogStorage {
  const pool = createPool({ connectionString, max: poolMax, name: 'parley-log', statementTimeoutMs, serverOptions: plannedOnce });
  return new LogStorage(new Database(pool));
}

/** Restores, after a loss, the recent commits of this node that neither Redis nor storage has. */
async function restoreRecent(
  client: RedisClient,
  storage: LogStorage,
  shards: readonly LogKeys[],
  recent: RecentCommits,
  epoch: string,
): Promise<void> {
  const logger = new Logger('ConversationLog');
  logger.warn({ epoch }, 'the conversation log is in a new epoch, and clients reload');
  for (const [shard, commits] of recent.commitsByShard()) {
    const keys = shards[shard];
    if (keys === undefined) continue;
    try {
      const ids = [...new Set(commits.map(({ prepared }) => prepared.conversationId))];
      const heads = await storage.heads(ids, ids);
      const restored = await restoreCommits(client, keys, epoch, commits, heads);
      if (restored !== 0)
        logger.warn({ epoch, shard, restored, known: commits.length }, restored < 0 ? 'too late to restore entries' : 'restored entries');
    } catch (error) {
      logger.error({ epoch, shard, reason: errorMessage(error) }, 'could not restore entries');
    }
  }
}

/** Repeats `work` until it succeeds or the time is over: a Redis Cluster may still be discovering its nodes, or another node may be deciding about the epoch. */
async function retryUntilItWorks(work: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + openTimeoutMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await delay(100);
    }
  }
}

/** Runs `work` repeatedly with a pause in between. A failure is ignored, because the next round tries again. */
function repeatEvery(pauseMs: number, work: () => Promise<void>) {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let running = Promise.resolve();
  const round = (): void => {
    running = work()
      .catch(() => undefined)
      .then(() => {
        if (!isStopped) timer = setTimeout(round, pauseMs).unref();
      });
  };
  return {
    start: (): void => {
      timer = setTimeout(round, pauseMs).unref();
    },
    stop: async (): Promise<void> => {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
