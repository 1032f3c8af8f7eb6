import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topology } from '../../../tools/cluster/topology.js';
import { parleyProgram } from './another-build.js';
import { raisedLimits } from '../../support/raised-limits.js';
import { ServerProcess } from './server-process.js';
import { ParleyApi } from '../users/parley-api.js';

/** What differs from a start with defaults and raised limits. */
export interface ParleySettings {
  /** Where Node writes a CPU profile when it exits. */
  readonly profileFolder?: string | null;
  /** Options of Node. */
  readonly nodeArgs?: readonly string[];
}

/** Settings of every measured server: `SOCKETS_UNPROVEN_MAX` allows thousands of handshakes at once. */
export const benchSettings = { ...raisedLimits, SOCKETS_UNPROVEN_MAX: '20000', LOG_LEVEL: 'info' } as const;

/** Parley as a user starts it (one process, embedded Postgres) on a free port with an empty data directory. */
export class ParleyServer {
  private constructor(
    private server: ServerProcess,
    private readonly folder: string,
    private readonly launch: () => Promise<ServerProcess>,
  ) {}

  static async start({ profileFolder, nodeArgs = [] }: ParleySettings = {}): Promise<ParleyServer> {
    const folder = await makeFolder();
    try {
      const program = parleyProgram();
      const options = {
        args: ['--port', '0', '--data-dir', join(folder, 'data')],
        folder,
        environment: benchSettings,
        nodeArgs: [...topology.nodeFlags, ...nodeArgs, ...(await profileArgs(profileFolder ?? null))],
      };
      const launch = (): Promise<ServerProcess> => ServerProcess.start(program, options);
      return new ParleyServer(await launch(), folder, launch);
    } catch (error) {
      await removeFolder(folder);
      throw error;
    }
  }

  /** A client of its REST API. A restart changes the port, so a client from before a restart is stale. */
  get api(): ParleyApi {
    return new ParleyApi(this.url);
  }

  get url(): string {
    return this.server.url;
  }

  get pid(): number {
    return this.server.pid;
  }

  /** The inspector's address; null without `--inspect` among the options of Node. */
  get inspectorUrl(): string | null {
    return this.server.inspectorUrl;
  }

  /** The address of its Postgres. */
  async databaseUrl(): Promise<string> {
    const password = (await readFile(join(this.folder, 'data', 'postgres.password'), 'utf8')).trim();
    return `postgres://parley:${password}@127.0.0.1:${this.postmaster[1]}/parley`;
  }

  get postgresPid(): number {
    return this.postmaster[0];
  }

  /** Restarts the server on the same data. Resolves with the milliseconds from the start until it is ready. */
  async restart(): Promise<number> {
    await this.server.stop();
    const startedAt = performance.now();
    this.server = await this.launch();
    return performance.now() - startedAt;
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await removeFolder(this.folder);
  }

  /** Pid and port of its Postgres. */
  private get postmaster(): readonly [number, number] {
    const lines = readFileSync(join(this.folder, 'data', 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n');
    return [Number(lines[0]), Number(lines[3])];
  }
}

/** Creates an empty folder for the data of a server. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  // If this process runs as root, Postgres runs as another user and must be able to enter.
  await chmod(folder, 0o755);
  return folder;
}

/** Removes a server's folder and ends a Postgres that still uses it, which a killed server leaves behind. */
export async function removeFolder(folder: string): Promise<void> {
  const files = await readdir(folder, { recursive: true });
  for (const file of files.filter((name) => name.endsWith('postmaster.pid'))) {
    const pid = Number((await readFile(join(folder, file), 'utf8')).split('\n')[0]);
    if (pid > 1) endProcess(pid);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
}

/** The options of Node that write a CPU profile into the folder on exit; none for null. */
export async function profileArgs(folder: string | null): Promise<string[]> {
  if (folder === null) return [];
  await mkdir(folder, { recursive: true });
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=500'];
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It has already ended.
  }
}
