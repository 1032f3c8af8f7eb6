import { join, resolve } from 'node:path';
import type { Config, Settings } from '#platform/config/config.js';
import { ownSecret } from '#platform/config/own-secret.js';
import { EmbeddedPostgres } from '#platform/embedded-postgres/embedded-postgres.js';
import type { Log } from '#platform/logging/log.js';
import { closeSharedRedis, openSharedRedis, type SharedRedis } from '#platform/redis/shared-redis.js';
import { SingleProcessLock } from '#platform/single-process-lock.js';

/** The database of a process of Parley, open. In embedded mode it is this process's alone. */
export interface DatabaseStore {
  readonly databaseUrl: string;
  /** Gives the lock back and stops the embedded Postgres. */
  close(): Promise<void>;
}

/** What a process of Parley stands on, open. */
export interface Stores {
  readonly config: Config;
  /** Set in cluster mode. */
  readonly redis: SharedRedis | undefined;
  /** Call it last. */
  close(): Promise<void>;
}

/**
 * Opens the database, in cluster mode Redis too, and completes the settings. Throws a `StartError` that says what to change,
 * when another process is there in embedded mode too; its Postgres is left running then. `onTaken` is called when, after a loss of the connection, another
 * process has the database.
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
 * Starts the embedded Postgres where no DATABASE_URL is given, and takes the lock of the single process unless several share
 * their state on Redis. Throws as `openStores` does.
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

/** A worker remembers nothing that others could change, and has no sockets: it need not listen. */
async function openRedis({ redisUrl, redisDurabilityCheck, role }: Settings, log: Log): Promise<SharedRedis | undefined> {
  if (redisUrl === undefined) return undefined;
  return openSharedRedis({ url: redisUrl, isDurabilityChecked: redisDurabilityCheck, isListening: role !== 'worker' }, log);
}

function takeLock(url: string, log: Log, onTaken: () => void, bringBack: () => Promise<void>): Promise<SingleProcessLock> {
  let lastReason = '';
  return SingleProcessLock.acquire(url, {
    onLost: async (reason) => {
      if (reason !== lastReason) log.warn({ reason }, 'the connection that holds the single-process lock is lost');
      lastReason = reason;
      await bringBack();
    },
    onRegained: () => log.info('the single-process lock is held again'),
    onTaken,
  });
}
