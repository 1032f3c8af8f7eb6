import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { runMigrations } from '../database/migrate.js';
import type { Config, Settings } from '#platform/config/config.js';
import { errorCode } from '#platform/errors/error-facts.js';
import type { Log } from '#platform/logging/log.js';
import { ShutdownState } from '#platform/shutdown.js';
import type { Siblings } from '#platform/siblings/siblings.js';
import { StartError } from '#platform/start-error.js';
import { createRestServer } from '../transport/rest-server.js';
import { roleModule } from './roles.js';
import { openStores } from './stores.js';

/** A running server. */
export interface Server {
  readonly config: Config;
  /** Address of the API, with the port that was really taken. */
  readonly url: string;
  /** Drains and closes everything, in order. */
  stop(): Promise<void>;
}

export interface ServeOptions {
  readonly settings: Settings;
  readonly log: Log;
  /** Another process has the database now, this one must stop. */
  readonly onTaken: () => void;
  /** The processes that this one shares its port with. */
  readonly siblings?: Siblings | undefined;
}

/**
 * Starts a role and resolves when it is ready for everything. Throws a `StartError` for what the operator can remedy;
 * what was opened until then is closed again.
 */
export async function serve({ settings, log, onTaken, siblings }: ServeOptions): Promise<Server> {
  const stores = await openStores(settings, log, onTaken);
  const { config, redis } = stores;
  const shutdown = new ShutdownState();
  try {
    const applied = await runMigrations(config.databaseUrl);
    if (applied.length > 0) log.info({ migrations: applied }, 'the database was brought up to date');
    const platform = { config, shutdown, redis, siblings };
    const app = await createRestServer(roleModule(platform), platform, log);
    try {
      await redis?.bus.admitted();
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
    const code = errorCode(error);
    if (code === 'EADDRINUSE')
      throw new StartError(`Port ${port} of ${host} is in use; choose another one with --port, or --port 0 for any free one`);
    if (code === 'EADDRNOTAVAIL' || code === 'EACCES' || code === 'ENOTFOUND')
      throw new StartError(`Parley may not listen on ${host}, port ${port} (${code}); see --host and --port`);
    throw error;
  }
  const address = app.getHttpServer().address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${nameOf(host)}:${actual}`;
}

/** How a client on this machine writes the address. */
function nameOf(host: string): string {
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
