import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The mount points of version 1 and version 2 of the control groups. */
const firstVersion = '/sys/fs/cgroup/memory';
const secondVersion = '/sys/fs/cgroup';

interface Files {
  readonly limit: string;
  /** A file with a line `oom_kill <count>`. */
  readonly events: string;
}

/** A control group with a memory limit. The system's OOM killer ends a process that exceeds the limit. */
export class MemoryGroup {
  private constructor(
    private readonly folder: string,
    private readonly files: Files,
  ) {
    process.once('exit', () => this.close());
  }

  /** Undefined if this user may not create control groups. */
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

  /** The number of processes of the group that the OOM killer has ended. */
  get kills(): number {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync(join(this.folder, this.files.events), 'utf8'))?.[1] ?? 0);
  }

  /** Adds a process. Memory that it already holds does not count. */
  add(pid: number): void {
    writeFileSync(join(this.folder, 'cgroup.procs'), String(pid));
  }

  limit(bytes: number): void {
    writeFileSync(join(this.folder, this.files.limit), String(bytes));
  }

  /** Removes the group. Call it after all processes of the group have exited. */
  close(): void {
    try {
      rmdirSync(this.folder);
    } catch {
      // The group is missing already, or the system removes it at the next boot.
    }
  }
}
