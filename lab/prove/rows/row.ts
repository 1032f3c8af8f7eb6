import type { Findings } from '../checker/findings.js';
import type { Environment } from '../environment.js';
import type { ServerPool } from '../server-pool.js';
import type { Random } from '../../support/random.js';
import type { Mode } from '../topology.js';

export type Tier = 'quick' | 'full';

/** One measured figure of a row, with what it has to be. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  readonly unit?: string;
  /** The highest (or with `atLeast` the lowest) value that holds. Without one the figure is only told. */
  readonly limit?: number;
  readonly atLeast?: boolean;
}

export interface RowContext {
  readonly mode: Mode;
  readonly tier: Tier;
  readonly random: Random;
  readonly environment: Environment;
  readonly pool: ServerPool;
  /** Arguments of Node for every Parley process: how a planted bug gets in. */
  readonly nodeArgs: readonly string[];
  /** A number (or a load) for this run: the first for `--quick`, the second for `--full`. */
  scale<T>(quick: T, full: T): T;
  /** Tells a watching person what goes on. */
  say(text: string): void;
}

/** What came of a row. */
export interface RowOutcome {
  readonly findings: Findings;
  readonly bars: readonly Bar[];
  readonly kills: number;
  /** Milliseconds; the longest of all recoveries. */
  readonly worstRecoveryMs: number;
  readonly canaryP99Ms: number;
  /** Attempts that were not acknowledged, by error code or what broke. */
  readonly failures?: Readonly<Record<string, number>>;
  /** What a reader has to know: what stood in for what, what could not be done here. */
  readonly notes?: readonly string[];
}

/** One fault scenario. */
export interface Row {
  /** Short id of published results: `F01`. Seeds the row's random stream. */
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
