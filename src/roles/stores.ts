import { join, resolve } from 'node:path';
import type { Config, Settings } from '../platform/config/config.js';
import { ownSecret } from '../platform/config/own-secret.js';
import { EmbeddedPostgres } from '../platform/embedded-postgres/embedded-postgres.js';
import type { Log } from '../platform/logging/log.js';
import { SingleProcessLock } from '../platform/single-process-lock.js';

/** What a process of Parley stands on, open and ours alone. */
export interface Stores {
  readonly config: Config;
  /** Gives the lock back and stops the embedded Postgres. Call it last. */
  close(): Promise<void>;
}

/**
 * Starts the embedded Postgres where no DATABASE_URL is given, takes the lock of the single process, and completes the
 * settings. Throws a `StartError` when another process is there; its Postgres is left running then.
 * `onTaken` is called when, after a loss of the connection, another process has the database.
 */
export async function openStores(settings: Settings, log: Log, onTaken: () => void): Promise<Stores> {
  const postgres = settings.databaseUrl === undefined ? await EmbeddedPostgres.start(settings.dataDir) : undefined;
  const databaseUrl = postgres?.url ?? settings.databaseUrl ?? '';
  let lastReason = '';
  const lock = await SingleProcessLock.acquire(databaseUrl, {
    onLost: async (reason) => {
      if (reason !== lastReason) log.warn({ reason }, 'the connection that holds the single-process lock is lost');
      lastReason = reason;
      await postgres?.ensureRunning();
    },
    onRegained: () => log.info('the single-process lock is held again'),
    onTaken,
  });
  const authSecret = settings.authSecret ?? ownSecret(join(resolve(settings.dataDir), 'auth.secret'));
  return {
    config: { ...settings, databaseUrl, authSecret },
    close: async () => {
      await lock.release();
      await postgres?.stop();
    },
  };
}
