import type { Findings } from '../checker/findings.js';
import type { Environment } from '../environment.js';
import type { ServerPool } from '../server-pool.js';
import type { Random } from '../../support/random.js';
import type { Mode } from '../topology.js';

export type Tier = 'quick' | 'full';

/** One measured figure of a row and its limit. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly unit?: string;
  /** The highest value (with `atLeast` the lowest) that holds. A figure without a limit is only reported. */
  readonly limit?: number;
  readonly atLeast?: boolean;
}

export interface RowContext {
  readonly mode: Mode;
  readonly tier: Tier;
  readonly random: Random;
  readonly environment: Environment;
  readonly pool: ServerPool;
  /** Arguments for Node in every Parley process; they load planted bugs. */
  readonly nodeArgs: readonly string[];
  /** Picks a number or a load: the first for `--quick`, the second for `--full`. */
  scale<T>(quick: T, full: T): T;
  /** Prints progress. */
  say(text: string): void;
}

/** The outcome of a row. */
export interface RowOutcome {
  readonly findings: Findings;
  readonly bars: readonly Bar[];
  readonly kills: number;
  /** Milliseconds; the longest of all recoveries. */
  readonly worstRecoveryMs: number;
  readonly canaryP99Ms: number;
  /** The number of attempts that were not acknowledged, by error code or connection error. */
  readonly failures?: Readonly<Record<string, number>>;
  /** Remarks for the reader: replacements, and steps that were impossible on this machine. */
  readonly notes?: readonly string[];
}

/** One fault scenario. */
export interface Row {
  /** The short id in published results, such as `F01`. Seeds the row's random stream. */
  readonly id: string;
  /** The name of its file: `kill-api-node`. */
  readonly name: string;
  /** What the row does. */
  readonly title: string;
  /** What must hold beyond the zeros. */
  readonly expect: string;
  readonly modes: readonly Mode[];
  run(context: RowContext): Promise<RowOutcome>;
}

/** Whether a figure is within its limit. */
export function isWithin(bar: Bar): boolean {
  if (bar.limit === undefined) return true;
  return bar.atLeast === true ? bar.value >= bar.limit : bar.value <= bar.limit;
}
