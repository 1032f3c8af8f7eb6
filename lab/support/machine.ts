import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

/** What a figure depends on: without it a result cannot be compared. */
export interface MachineFacts {
  readonly at: string;
  readonly commit: string | null;
  /** True when files differ from the commit; null when that is not known. */
  readonly isModified: boolean | null;
  readonly node: string;
  readonly platform: string;
  readonly cores: number;
  readonly processor: string;
  readonly memoryBytes: number;
  /** Runnable processes over the last minute, before the run. */
  readonly loadAverage: number;
}

export function machineFacts(): MachineFacts {
  const status = git('status', '--porcelain');
  return {
    at: new Date().toISOString(),
    commit: git('rev-parse', 'HEAD'),
    isModified: status === null ? null : status !== '',
    node: process.version,
    platform: `${process.platform} ${process.arch} ${release()}`,
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    memoryBytes: totalmem(),
    loadAverage: loadavg()[0] ?? 0,
  };
}

function git(...args: string[]): string | null {
  try {
    const cwd = fileURLToPath(new URL('../../..', import.meta.url));
    return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}
