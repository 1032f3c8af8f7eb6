import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../support/paths.js';

/**
 * Emulates a power failure of Redis. A SIGKILL alone loses nothing, because the system's page cache outlives the process. So a
 * small library records the length of each append-only file at its last finished fsync, and after the kill the file is cut there.
 */
export class PowerLoss {
  /** The bytes cut off so far. */
  lostBytes = 0;

  private constructor(
    private readonly library: string,
    private readonly marks: string,
    private readonly data: string,
  ) {}

  /** Undefined if this machine has no C compiler or the server cannot load the library. */
  static prepare(folder: string, data: string): PowerLoss | undefined {
    const library = join(folder, 'fsync-marks.so');
    const marks = join(folder, 'marks');
    mkdirSync(marks, { recursive: true });
    try {
      execFileSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, join(root, 'lab/prove/processes/fsync-marks.c'), '-ldl'], {
        stdio: 'ignore',
      });
      return new PowerLoss(library, marks, data);
    } catch {
      return undefined;
    }
  }

  /** Variables for the environment of the server. */
  get env(): Record<string, string> {
    return { LD_PRELOAD: this.library, FSYNC_MARKS: this.marks };
  }

  /** Cuts every append-only file back to its last finished fsync. The server must not be running. */
  cut(): void {
    const folder = join(this.data, 'appendonlydir');
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.incr.aof'))) {
      const path = join(folder, name);
      const [size, synced] = [statSync(path).size, this.syncedBytes(name)];
      if (synced >= size) continue;
      truncateSync(path, synced);
      this.lostBytes += size - synced;
    }
  }

  private syncedBytes(name: string): number {
    const mark = join(this.marks, name);
    return existsSync(mark) ? Number(readFileSync(mark, 'utf8').trim()) : 0;
  }
}
