import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topology } from '../../../tools/cluster/topology.js';
import { parleyProgram } from './another-build.js';
import { ChildServer } from './child-server.js';
import { ParleyDoor, raisedLimits } from './parley-door.js';

/** What differs from a start with all defaults but the raised limits. */
export interface ParleySettings {
  readonly environment?: Readonly<Record<string, string>>;
  /** Where Node writes a CPU profile at the end. */
  readonly profileFolder?: string | null;
  /** Options of Node itself. */
  readonly nodeArgs?: readonly string[];
}

/** Parley as a user starts it (embedded Postgres, one process) on a free port and an empty data directory of its own. */
export class ParleyServer {
  private constructor(
    private server: ChildServer,
    private readonly folder: string,
    private readonly launch: () => Promise<ChildServer>,
  ) {}

  static async start({ environment, profileFolder, nodeArgs = [] }: ParleySettings = {}): Promise<ParleyServer> {
    const folder = await makeFolder();
    try {
      const args = ['--port', '0', '--data-dir', join(folder, 'data')];
      const allNodeArgs = [...topology.nodeFlags, ...nodeArgs, ...(await profileArgs(profileFolder ?? null))];
      const program = parleyProgram();
      const surroundings = { folder, nodeArgs: allNodeArgs, environment: { ...raisedLimits, ...environment } };
      const launch = (): Promise<ChildServer> => ChildServer.start(program, args, surroundings);
      return new ParleyServer(await launch(), folder, launch);
    } catch (error) {
      await removeFolder(folder);
      throw error;
    }
  }

  /** Another one after a restart, which takes another port. */
  get door(): ParleyDoor {
    return new ParleyDoor(this.url);
  }

  get url(): string {
    return this.server.url;
  }

  get pid(): number {
    return this.server.pid;
  }

  /** Where it listens for a debugger, when it was told to. */
  get inspectorUrl(): string | null {
    return this.server.inspectorUrl;
  }

  /** Address of its Postgres. */
  async databaseUrl(): Promise<string> {
    const password = (await readFile(join(this.folder, 'data', 'postgres.password'), 'utf8')).trim();
    return `postgres://parley:${password}@127.0.0.1:${this.postmaster[1]}/parley`;
  }

  get postgresPid(): number {
    return this.postmaster[0];
  }

  /** Stops the server and starts it again on the same data. Resolves with milliseconds from the start to ready. */
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

  /** Number and port of its Postgres. */
  private get postmaster(): readonly [number, number] {
    const lines = readFileSync(join(this.folder, 'data', 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n');
    return [Number(lines[0]), Number(lines[3])];
  }
}

/** An empty folder for the data of a server. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  await chmod(folder, 0o755); // Embedded Postgres runs as another user when this runs as root.
  return folder;
}

/** A server that had to be killed leaves its Postgres behind, which names itself in `postmaster.pid`. */
export async function removeFolder(folder: string): Promise<void> {
  const files = await readdir(folder, { recursive: true });
  for (const file of files.filter((name) => name.endsWith('postmaster.pid'))) {
    const pid = Number((await readFile(join(folder, file), 'utf8')).split('\n')[0]);
    if (pid > 1) endProcess(pid);
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 });
}

/** Options of Node that write a CPU profile into the folder at the end; none for null. */
export async function profileArgs(folder: string | null): Promise<string[]> {
  if (folder === null) return [];
  await mkdir(folder, { recursive: true });
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`, '--cpu-prof-interval=500'];
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It has ended already.
  }
}
