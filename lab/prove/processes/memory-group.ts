import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a system mounts the memory groups of its first version, and the groups of its second. */
const firstVersion = '/sys/fs/cgroup/memory';
const secondVersion = '/sys/fs/cgroup';

interface Files {
  readonly limit: string;
  /** Has a line `oom_kill <count>`. */
  readonly events: string;
}

/** A group of processes whose memory has a limit: who goes over it is ended by the system's OOM killer. */
export class MemoryGroup {
  private constructor(
    private readonly folder: string,
    private readonly files: Files,
  ) {
    process.once('exit', () => this.close());
  }

  /** Undefined where this user may not make groups. */
  static open(name: string): MemoryGroup | undefined {
    const isFirst = existsSync(join(firstVersion, 'memory.limit_in_bytes'));
    const folder = join(isFirst ? firstVersion : secondVersion, name);
    try {
      mkdirSync(folder, { recursive: true });
      const files = isFirst
        ? { limit: 'memory.limit_in_bytes', events: 'memory.oom_control' }
        : { limit: 'memory.max', events: 'memory.events' };
      return existsSync(join(folder, files.limit)) ? new MemoryGroup(folder, files) : undefined;
    } catch {
      return undefined;
    }
  }

  /** How many processes of the group the system has ended. */
  get kills(): number {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync(join(this.folder, this.files.events), 'utf8'))?.[1] ?? 0);
  }

  /** What the process takes from now on counts; what it has already does not. */
  add(pid: number): void {
    writeFileSync(join(this.folder, 'cgroup.procs'), String(pid));
  }

  limit(bytes: number): void {
    writeFileSync(join(this.folder, this.files.limit), String(bytes));
  }

  /** Once none of its processes is left. */
  close(): void {
    try {
      rmdirSync(this.folder);
    } catch {
      // It was never there, is gone, or goes with the machine.
    }
  }
}
