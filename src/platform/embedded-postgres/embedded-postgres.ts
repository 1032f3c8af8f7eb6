import { readFileSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { errorCode, errorMessage } from '../errors/error-facts.js';
import { isUniqueViolation, postgresCodes } from '../errors/postgres-errors.js';
import { StartError } from '../start-error.js';
import { clusterUser, openCluster, type Cluster } from './cluster-folder.js';
import { identifyProcess, readPostmaster } from './postmaster-pid.js';
import { runProgram } from './run-program.js';
import { serverSettings } from './server-settings.js';

const databaseName = 'parley';
const host = '127.0.0.1';
/** Recovery after a crash can take a while; a clean start takes half a second. */
const startTimeoutMs = 60_000;
const stopTimeoutSeconds = 6;
const logBytesMax = 10 * 1024 * 1024;

/**
 * Parley's own Postgres below its data folder. It runs detached, in its own session: Ctrl-C does not stop it before Parley has
 * drained, and it survives a killed Parley, whose next start reuses it.
 */
export class EmbeddedPostgres {
  private constructor(
    private readonly cluster: Cluster,
    private port: number | undefined,
  ) {}

  /** Creates the cluster if there is none, and starts it if it does not run. Throws a `StartError` that says what is wrong. */
  static async start(dataDir: string): Promise<EmbeddedPostgres> {
    const postgres = new EmbeddedPostgres(await openCluster(dataDir), undefined);
    await postgres.ensureRunning();
    return postgres;
  }

  /** The address of the database, with its password. It stays the same for the life of this object. */
  get url(): string {
    return this.urlOf(databaseName, this.port ?? 0);
  }

  /** Restarts Postgres if it died; does nothing while it answers. */
  async ensureRunning(): Promise<void> {
    const deadline = performance.now() + startTimeoutMs;
    for (;;) {
      const state = await this.readState();
      if (state === 'running') return;
      if (performance.now() > deadline)
        throw new StartError(`The embedded Postgres does not start; the end of ${this.logFile}:\n${this.logTail()}`);
      if (state === 'absent') await this.launch();
      else await sleep(100);
    }
  }

  /** Stops Postgres cleanly; open sessions are cut. */
  async stop(): Promise<void> {
    if ((await this.control('stop', '-m', 'fast', '-t', String(stopTimeoutSeconds))).exitCode === 0) return;
    if (readPostmaster(this.dataFolder) === undefined) return;
    const result = await this.control('stop', '-m', 'immediate', '-t', '2');
    if (result.exitCode !== 0) throw new Error(`the embedded Postgres did not stop: ${result.output}`);
  }

  /** `changing` means starting, recovering or stopping. Postgres itself replaces a stale `postmaster.pid`, because it knows when that is safe. */
  private async readState(): Promise<'running' | 'changing' | 'absent'> {
    const postmaster = readPostmaster(this.dataFolder);
    if (postmaster === undefined) return 'absent';
    const owner = await identifyProcess(postmaster, this.dataFolder);
    if (owner === 'other') rmSync(join(this.dataFolder, 'postmaster.pid'), { force: true });
    if (owner !== 'postgres') return 'absent';
    const isOnPort = this.port === undefined || this.port === postmaster.port;
    if (!postmaster.isReady || !isOnPort || !(await this.prepareDatabase(postmaster.port))) return 'changing';
    this.port = postmaster.port;
    return 'running';
  }

  private async launch(): Promise<void> {
    this.rotateLog();
    const port = this.port ?? (await freePort());
    const result = await this.control('start', '-l', 'server.log', '-t', String(startTimeoutMs / 1000), '-o', serverSettings(host, port));
    if (result.exitCode === 0) return;
    const reason = this.logTail();
    if (!/could not bind|already in use|shared memory block|lock file/i.test(reason))
      throw new StartError(`The embedded Postgres did not start:\n${result.output}\n${reason}`);
    await sleep(300);
  }

  /** Creates the database at the first start. False when no Postgres of this folder answers at the port. */
  private async prepareDatabase(port: number): Promise<boolean> {
    const client = new pg.Client({ connectionString: this.urlOf('postgres', port), connectionTimeoutMillis: 3000, query_timeout: 10_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ folder: string; made: boolean }>(
        "SELECT current_setting('data_directory') AS folder, EXISTS (SELECT FROM pg_database WHERE datname = $1) AS made",
        [databaseName],
      );
      if (rows[0]?.folder !== realpathSync(this.dataFolder)) return false;
      if (!rows[0].made) await client.query(`CREATE DATABASE ${databaseName}`).catch(ignoreDuplicate);
      return true;
    } catch (error) {
      if (errorCode(error) === postgresCodes.invalidPassword)
        throw new StartError(
          `The password in ${this.cluster.passwordFile} does not fit the database in ${this.dataFolder}: restore the right file`,
          1,
        );
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private control(command: 'start' | 'stop', ...args: string[]) {
    const { binaries, folder, user } = this.cluster;
    // Relative paths, because pg_ctl passes them to a shell, which would interpret `$` and quotes.
    return runProgram(binaries.pgCtl, [command, '-w', '-D', 'data', ...args], { as: user, directory: folder });
  }

  private get dataFolder(): string {
    return join(this.cluster.folder, 'data');
  }

  private get logFile(): string {
    return join(this.cluster.folder, 'server.log');
  }

  private rotateLog(): void {
    const size = statSync(this.logFile, { throwIfNoEntry: false })?.size ?? 0;
    if (size > logBytesMax) renameSync(this.logFile, `${this.logFile}.old`);
  }

  private logTail(): string {
    try {
      return readFileSync(this.logFile, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
    } catch (error) {
      return errorMessage(error);
    }
  }

  private urlOf(database: string, port: number): string {
    return `postgres://${clusterUser}:${this.cluster.password}@${host}:${port}/${database}`;
  }
}

function ignoreDuplicate(error: unknown): void {
  if (!isUniqueViolation(error) && errorCode(error) !== postgresCodes.duplicateDatabase) throw error;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, host, () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no free port'))));
    });
  });
}
