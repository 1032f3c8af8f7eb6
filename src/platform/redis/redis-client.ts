import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisAddress } from './parse-redis-url.js';

/** A connection to one Redis, or those to all nodes of a Redis Cluster. */
export type RedisClient = Redis | Cluster;

/** The purpose of a connection, which determines its time limits. */
export type RedisUse =
  /** Commands that a client waits for: they fail fast, are never queued while Redis is away, and are never sent twice. */
  | 'commands'
  /** Subscriptions: their owner subscribes again after a loss. */
  | 'subscriber'
  /** A queue worker: its commands may block for some seconds, and wait for Redis to come back. */
  | 'worker';

/** Milliseconds. A client must get its answer within three seconds, whatever stops. */
export const redisTimes = {
  connect: 2000,
  command: 2000,
  /** Above the ten seconds that a queue worker's blocking command may take: an abandoned command swallows the notification of the next job. */
  workerCommand: 12_000,
  reconnectMax: 1000,
} as const;

const keepAliveMs = 5000;
const slotsRefreshMs = 1000;

/** Opens a connection, which reconnects by itself after each loss. The caller must listen to its `error` events. */
export function openRedis(address: RedisAddress, use: RedisUse, name: string): RedisClient {
  const options = optionsOf(address, use, name);
  if (!address.isCluster) return new Redis({ ...options, ...address.hosts[0], db: address.db, retryStrategy: waitBeforeRetry });
  const cluster = new Cluster([...address.hosts], {
    redisOptions: options,
    enableOfflineQueue: use !== 'commands',
    // The client's own check asks a random node, fails if that node is not connected yet, and starts again: `RedisLink.awaitReady` checks instead.
    enableReadyCheck: use !== 'commands',
    slotsRefreshTimeout: slotsRefreshMs,
    slotsRefreshInterval: 5000,
    clusterRetryStrategy: waitBeforeRetry,
    clusterNodeRetryStrategy: waitBeforeRetry,
    // Redirections and retries must end within the time limit of a command.
    maxRedirections: 8,
    // With 0, a command whose connection was lost is not sent again, see below.
    retryDelayOnFailover: use === 'worker' ? 200 : 0,
    retryDelayOnClusterDown: 200,
    retryDelayOnTryAgain: 100,
  });
  // Connects at once instead of with the first command: other commands would be refused until the connection exists.
  cluster.on('+node', (node: Redis) => void node.connect().catch(() => undefined));
  return cluster;
}

function optionsOf(address: RedisAddress, use: RedisUse, name: string): RedisOptions {
  return {
    username: address.username,
    password: address.password,
    ...(address.isEncrypted && { tls: {} }),
    connectionName: name,
    connectTimeout: redisTimes.connect,
    commandTimeout: use === 'worker' ? redisTimes.workerCommand : redisTimes.command,
    enableOfflineQueue: use !== 'commands',
    // A worker's commands wait for Redis to come back, within their time limit; other commands fail with their connection.
    maxRetriesPerRequest: use === 'worker' ? null : 0,
    // A command whose reply was lost may have taken effect: its sender decides whether to send it again. The scripts of a queue check
    // the state of their job, and a script that never ends would hold the job until its lock expires.
    autoResendUnfulfilledCommands: use === 'worker',
    autoResubscribe: false,
    keepAlive: keepAliveMs,
    noDelay: true,
    disableClientInfo: true,
  };
}

function waitBeforeRetry(times: number): number {
  const full = Math.min(50 * 2 ** Math.min(times - 1, 10), redisTimes.reconnectMax);
  return Math.round(full / 2 + (full / 2) * Math.random());
}
