import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { root } from './paths.js';

/** The facts that a figure depends on. Results without them cannot be compared. */
export interface MachineFacts {
  readonly at: string;
  readonly commit: string | null;
  /** Whether files differ from the commit; null if that is unknown. */
  readonly isModified: boolean | null;
  readonly node: string;
  readonly platform: string;
  readonly cores: number;
  readonly processor: string;
  readonly memoryBytes: number;
  /** Runnable processes over the last minute. */
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

/** Cores, processor, memory and Node of this machine in one line. */
export function describeMachine(): string {
  const [first] = cpus();
  return `${cpus().length} x ${first?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
}

/** The short commit, followed by `with changes` if tracked files outside the `ignored` folders differ from it; `unknown` outside a repository. */
export function describeCommit(ignored: readonly string[] = []): string {
  const commit = git('rev-parse', '--short', 'HEAD');
  const changes = git('status', '--porcelain', '--untracked-files=no', '--', '.', ...ignored.map((folder) => `:!${folder}`));
  return `${commit ?? 'unknown'}${changes === null || changes === '' ? '' : ' with changes'}`;
}

function git(...args: string[]): string | null {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}
