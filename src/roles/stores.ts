import { join, resolve } from 'node:path';
import type { Config, Settings } from '#platform/config/config.js';
import { ownSecret } from '#platform/config/own-secret.js';
import { EmbeddedPostgres } from '#platform/embedded-postgres/embedded-postgres.js';
import type { Log } from '#platform/logging/log.js';
import { closeSharedRedis, openSharedRedis, type SharedRedis } from '#platform/redis/shared-redis.js';
import { SingleProcessLock } from '#platform/single-process-lock.js';

/** An open database. In embedded mode only this process uses it. */
export interface DatabaseStore {
  readonly databaseUrl: string;
  /** Releases the lock and stops the embedded Postgres. */
  close(): Promise<void>;
}

/** The open stores of a process, with its complete configuration. */
export interface Stores {
  readonly config: Config;
  /** Set in cluster mode. */
  readonly redis: SharedRedis | undefined;
  /** Closes them. Call it last. */
  close(): Promise<void>;
}

/**
 * Opens the database and, in cluster mode, Redis, and completes the settings. Throws a `StartError` that says what to change. In
 * embedded mode it also throws if another process uses the database, whose Postgres keeps running. Calls `onTaken` if another process
 * takes over the database while the connection is lost.
 */
export async function openStores(settings: Settings, log: Log, onTaken: () => void): Promise<Stores> {
  const database = await openDatabase(settings, log, onTaken);
  try {
    const redis = await openRedis(settings, log);
    const authSecret = settings.authSecret ?? ownSecret(join(resolve(settings.dataDir), 'auth.secret'));
    return {
      config: { ...settings, databaseUrl: database.databaseUrl, authSecret, isDatabaseOwn: settings.databaseUrl === undefined },
      redis,
      close: async () => {
        if (redis !== undefined) await closeSharedRedis(redis);
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/**
 * Starts the embedded Postgres if there is no DATABASE_URL, and takes the single-process lock unless processes share their state on
 * Redis. Throws as `openStores` does.
 */
export async function openDatabase(settings: Settings, log: Log, onTaken: () => void): Promise<DatabaseStore> {
  const { databaseUrl, redisUrl } = settings;
  if (redisUrl !== undefined && databaseUrl !== undefined) return { databaseUrl, close: () => Promise.resolve() };
  const postgres = databaseUrl === undefined ? await EmbeddedPostgres.start(settings.dataDir) : undefined;
  const url = postgres?.url ?? databaseUrl ?? '';
  const lock = await takeLock(url, log, onTaken, async () => postgres?.ensureRunning());
  return {
    databaseUrl: url,
    close: async () => {
      await lock.release();
      await postgres?.stop();
    },
  };
}

/** A worker does not listen to the bus: it has no sockets, and it caches nothing that others could change. */
async function openRedis({ redisUrl, redisDurabilityCheck, role }: Settings, log: Log): Promise<SharedRedis | undefined> {
  if (redisUrl === undefined) return undefined;
  return openSharedRedis({ url: redisUrl, isDurabilityChecked: redisDurabilityCheck, isListening: role !== 'worker' }, log);
}

function takeLock(url: string, log: Log, onTaken: () => void, restartDatabase: () => Promise<void>): Promise<SingleProcessLock> {
  let lastReason = '';
  return SingleProcessLock.acquire(url, {
    onLost: async (reason) => {
      if (reason !== lastReason) log.warn({ reason }, 'the connection that holds the single-process lock is lost');
      lastReason = reason;
      await restartDatabase();
    },
    onRegained: () => log.info('the single-process lock is held again'),
    onTaken,
  });
}
