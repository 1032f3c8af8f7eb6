import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const blockBytes = 65_536;

/** A disk of a few megabytes that can be filled: a file system in memory. */
export class SmallDisk {
  private isMounted = true;

  private constructor(readonly folder: string) {
    process.once('exit', () => this.close());
  }

  /** Undefined if this user may not mount file systems. */
  static open(folder: string, megabytes: number): SmallDisk | undefined {
    mkdirSync(folder, { recursive: true });
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'parley-prove', folder], { stdio: 'ignore' });
      chmodSync(folder, 0o755);
      return new SmallDisk(folder);
    } catch {
      return undefined;
    }
  }

  /** Fills all free space. */
  fill(): void {
    const file = openSync(this.ballast, 'a');
    try {
      for (let size = blockBytes; size >= 1; size = Math.floor(size / 2)) fillWith(file, size);
    } finally {
      closeSync(file);
    }
  }

  /** Frees the space again. */
  free(): void {
    rmSync(this.ballast, { force: true });
  }

  close(): void {
    if (!this.isMounted) return;
    this.isMounted = false;
    try {
      execFileSync('umount', ['-l', this.folder], { stdio: 'ignore' });
    } catch {
      // The mount ends with the machine at the latest.
    }
  }

  private get ballast(): string {
    return join(this.folder, 'ballast');
  }
}

function fillWith(file: number, size: number): void {
  const block = Buffer.alloc(size);
  for (;;) {
    try {
      writeSync(file, block);
    } catch {
      return;
    }
  }
}
