import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { RedisAddress } from './parse-redis-url.js';

/** A connection to one Redis, or those to all nodes of a Redis Cluster. */
export type RedisClient = Redis | Cluster;

/** What a connection is for; it decides about its time limits. */
export type RedisUse =
  /** Commands that somebody waits for: fail fast, never queued while Redis is away, never sent twice. */
  | 'commands'
  /** Subscriptions: whoever made them makes them again after a loss. */
  | 'subscriber'
  /** A queue worker: may block for some seconds, and waits for Redis to come back. */
  | 'worker';

/** Milliseconds; the answer to a client must come within three seconds, whatever stops. */
export const redisTimes = {
  connect: 2000,
  command: 2000,
  /** Above the ten seconds that a queue worker's blocking command may take: one that is given up takes the sign of the next job with it. */
  workerCommand: 12_000,
  reconnectMax: 1000,
} as const;

const keepAliveMs = 5000;
const slotsRefreshMs = 1000;

/** Opens a connection. It connects by itself and again after each loss; `error` events must be listened to by the caller. */
export function openRedis(address: RedisAddress, use: RedisUse, name: string): RedisClient {
  const options = optionsOf(address, use, name);
  if (!address.isCluster) return new Redis({ ...options, ...address.hosts[0], db: address.db, retryStrategy: waitBeforeRetry });
  const cluster = new Cluster([...address.hosts], {
    redisOptions: options,
    enableOfflineQueue: use !== 'commands',
    // It asks a node at random, refuses to where that one is not connected yet, and begins anew: `RedisLink.ready` asks instead.
    enableReadyCheck: use !== 'commands',
    slotsRefreshTimeout: slotsRefreshMs,
    slotsRefreshInterval: 5000,
    clusterRetryStrategy: waitBeforeRetry,
    clusterNodeRetryStrategy: waitBeforeRetry,
    // Redirections and retries end within the time limit of a command.
    maxRedirections: 8,
    // 0: a command whose connection was lost is not sent again, see below.
    retryDelayOnFailover: use === 'worker' ? 200 : 0,
    retryDelayOnClusterDown: 200,
    retryDelayOnTryAgain: 100,
  });
  // At once and not with the first command: those beside it would be refused until the connection is made.
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
    // A worker's commands wait for Redis to come back, within their time limit; others fail with their connection.
    maxRetriesPerRequest: use === 'worker' ? null : 0,
    // A command whose reply was lost may have had its effect: whoever sent it decides whether to send it again. A queue's
    // scripts know their job and its state, and one that never comes to its end would hold the job until its lock runs out.
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
