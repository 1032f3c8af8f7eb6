import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { temporaryFolder } from './environment.js';
import { killAtExit } from './kill-at-exit.js';
import { entryFile } from './paths.js';
import { until, within } from './until.js';

export interface ServerOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** Without a database address, Parley starts its own Postgres in this folder. */
  readonly dataDir?: string;
  readonly databaseUrl?: string;
  /** 0, the default, lets the system choose. */
  readonly port?: number;
  readonly readyTimeoutMs?: number;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Server {
  /** The address it listens on, without a trailing slash. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** The lines of its output so far, from both streams. */
  readonly logs: readonly string[];
  readonly exited: Promise<Exit>;
  /** Sends SIGTERM; returns how the process exited. */
  stop(): Promise<Exit>;
  /** Sends SIGKILL to this process only. */
  kill(): Promise<void>;
}

export interface Run extends Exit {
  readonly output: string;
}

export const operator = { username: 'operator', password: 'operator-password-of-the-tests' } as const;

const generous: Readonly<Record<string, string>> = {
  NODE_ENV: 'test',
  ADMIN_USERNAME: operator.username,
  ADMIN_PASSWORD: operator.password,
  RATE_REGISTER_PER_MINUTE: '1000000',
  RATE_REST_PER_SECOND: '100000',
  RATE_ADDITIONS_PER_MINUTE: '1000000',
  ADDITIONS_UNANSWERED_PER_DAY_MAX: '1000000',
  ADDITIONS_UNANSWERED_PER_PERSON_MAX: '1000000',
  SOCKET_EVENTS_PER_SECOND_MAX: '100000',
};

/** Starts the built Parley in a process of its own and waits until it is ready. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const child = launch(options);
  try {
    await within(
      options.readyTimeoutMs ?? 90_000,
      'Parley is ready',
      until('a ready line', () => child.url() !== undefined || child.ended(), { timeoutMs: 60_000 }),
    );
  } catch (error) {
    child.signal('SIGKILL');
    throw new Error(`${String(error)}\n${child.logs.join('\n')}`);
  }
  const url = child.url();
  if (url === undefined) throw new Error(`Parley ended before it was ready:\n${child.logs.join('\n')}`);
  return {
    url,
    port: Number(new URL(url).port),
    pid: child.pid,
    logs: child.logs,
    exited: child.exited,
    stop: () => (child.signal('SIGTERM'), child.exited),
    kill: async () => {
      child.signal('SIGKILL');
      await child.exited;
    },
  };
}

/** Runs the built Parley until it exits by itself, for commands and for starts that must fail. */
export async function runParley(args: readonly string[], options: ServerOptions = {}): Promise<Run> {
  const child = launch(options, args);
  try {
    const exit = await within(30_000, `parley ${args.join(' ')} ends`, child.exited);
    return { ...exit, output: child.logs.join('\n') };
  } catch (error) {
    child.signal('SIGKILL');
    throw new Error(`${String(error)}\n${child.logs.join('\n')}`);
  }
}

function launch(options: ServerOptions, command?: readonly string[]) {
  const folder = openFolder('parley-server-');
  const data = options.dataDir ?? join(folder, 'data');
  const args = command ?? ['--port', String(options.port ?? 0), ...(options.args ?? [])];
  const child = spawn(process.execPath, [entryFile, ...args], {
    // Its own folder, so that the developer's `.env` files have no effect on tests.
    cwd: folder,
    env: {
      ...inherited(),
      ...generous,
      DATA_DIR: data,
      ...(options.databaseUrl ? { DATABASE_URL: options.databaseUrl } : {}),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  killAtExit(child);
  const logs: string[] = [];
  let url: string | undefined;
  const note = (line: string) => {
    logs.push(line);
    url ??= readyUrl(line);
  };
  createInterface({ input: child.stdout }).on('line', note);
  createInterface({ input: child.stderr }).on('line', note);
  const exited = once(child, 'close').then((): Exit => ({ code: child.exitCode, signal: child.signalCode }));
  return {
    pid: child.pid ?? 0,
    logs,
    exited,
    url: () => url,
    ended: () => child.exitCode !== null || child.signalCode !== null,
    signal: (name: NodeJS.Signals) => child.kill(name),
  };
}

/**
 * A new folder for temporary files that another user may enter, because Postgres does not run as root. It is removed with the folder
 * of the test run.
 */
export function openFolder(prefix: string): string {
  const folder = mkdtempSync(join(temporaryFolder(), prefix));
  chmodSync(folder, 0o755);
  return folder;
}

function readyUrl(line: string): string | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry !== 'object' || entry === null || !('msg' in entry) || entry.msg !== 'ready' || !('url' in entry)) return undefined;
    return String(entry.url).replace(/\/$/, '');
  } catch {
    return undefined;
  }
}

function inherited(): Record<string, string> {
  return Object.fromEntries(
    ['PATH', 'HOME', 'LANG', 'TMPDIR'].flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
