import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { runMigrations } from '../database/migrate.js';
import { setDateNow } from '#platform/clock/set-date-now.js';
import type { Config, Settings } from '#platform/config/config.js';
import type { Log } from '#platform/logging/log.js';
import { ShutdownState } from '#platform/shutdown/shutdown-state.js';
import type { Siblings } from '#platform/siblings/siblings.js';
import { ParleyIoAdapter } from '../modules/realtime/parley-io.adapter.js';
import { createRestServer } from '../transport/rest-server.js';
import { explainListenError } from './check-port.js';
import { roleModule } from './roles.js';
import { openStores } from './stores.js';

/** A running server. */
export interface Server {
  readonly config: Config;
  /** The API's address, with the actual port. */
  readonly url: string;
  /** Drains and closes everything in order. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  readonly settings: Settings;
  readonly log: Log;
  /** Called when another process has taken over the database and this one must stop. */
  readonly onTaken: () => void;
  /** The other processes on the same port. */
  readonly siblings?: Siblings | undefined;
}

/**
 * Starts the configured role and resolves when it is ready. Throws a `StartError` for a problem that the operator can fix. Closes
 * everything again if it fails.
 */
export async function serve({ settings, log, onTaken, siblings }: ServeOptions): Promise<Server> {
  setDateNow();
  const stores = await openStores(settings, log, onTaken);
  const { config, redis } = stores;
  const shutdown = new ShutdownState();
  try {
    const applied = await runMigrations(config.databaseUrl);
    if (applied.length > 0) log.info({ migrations: applied }, 'database migrated');
    const platform = { config, shutdown, redis, siblings };
    const app = await createRestServer(roleModule(platform), platform, log);
    app.useWebSocketAdapter(new ParleyIoAdapter(app));
    try {
      await redis?.bus.awaitAdmission();
      const url = await listen(app, config);
      return { config, url, stop: () => stop(app, shutdown, stores.close, log) };
    } catch (error) {
      await app.close();
      throw error;
    }
  } catch (error) {
    await stores.close();
    throw error;
  }
}

async function listen(app: NestFastifyApplication, { host, port }: Config): Promise<string> {
  try {
    await app.listen(port, host);
  } catch (error) {
    throw explainListenError(error, { host, port });
  }
  const address = app.getHttpServer().address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${urlHost(host)}:${actual}`;
}

/** The host in a URL for a client on this machine. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

async function stop(app: NestFastifyApplication, shutdown: ShutdownState, closeStores: () => Promise<void>, log: Log): Promise<void> {
  await shutdown.drain();
  log.debug('drained');
  await app.close();
  log.debug('application closed');
  await closeStores();
}
