import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ChildServer } from './child-server.js';
import { ParleyDoor, raisedLimits } from './parley-door.js';

/** What differs from a start with all defaults but the raised limits. */
export interface ParleySettings {
  readonly environment?: Readonly<Record<string, string>>;
  /** Where Node writes a CPU profile at the end. */
  readonly profileFolder?: string | null;
}

/** The built server. */
export const parleyProgram = fileURLToPath(new URL('../../src/main.js', import.meta.url));

/** Parley as a user starts it (embedded Postgres, one process) on a free port and an empty data directory of its own. */
export class ParleyServer {
  readonly door: ParleyDoor;

  private constructor(
    private readonly server: ChildServer,
    private readonly folder: string,
  ) {
    this.door = new ParleyDoor(server.url);
  }

  static async start({ environment, profileFolder }: ParleySettings = {}): Promise<ParleyServer> {
    const folder = await makeFolder();
    try {
      const args = ['--port', '0', '--data-dir', join(folder, 'data')];
      const nodeArgs = await profileArgs(profileFolder ?? null);
      const surroundings = { folder, nodeArgs, environment: { ...raisedLimits, ...environment } };
      return new ParleyServer(await ChildServer.start(parleyProgram, args, surroundings), folder);
    } catch (error) {
      await removeFolder(folder);
      throw error;
    }
  }

  get url(): string {
    return this.server.url;
  }

  get pid(): number {
    return this.server.pid;
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await removeFolder(this.folder);
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

async function profileArgs(folder: string | null): Promise<string[]> {
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
