import { loadavg } from 'node:os';
import { type Findings, zeroNames } from './checker/findings.js';
import { type Bar, isWithin, type Row, type RowOutcome, type Tier } from './rows/row.js';
import type { Mode } from './topology.js';

/** Columns of the longest row name. */
const nameWidth = 28;

/** The result of one row, or the reason why it could not run. */
export interface RowReport {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly expect: string;
  readonly isHeld: boolean;
  readonly seconds: number;
  /** The machine's load average over the last minute. Above the number of cores, every duration in the row is too long. */
  readonly loadAverage: number;
  readonly outcome: RowOutcome | null;
  readonly error: string | null;
  /** The row timed out, and the rows after it did not run. */
  readonly isHanging?: true;
  /** The later run that this row comes from, if it was run again and published into an earlier run. */
  readonly again?: Pick<RunReport, 'startedAt' | 'commit' | 'seed'>;
}

export interface RunReport {
  readonly mode: Mode;
  readonly tier: Tier;
  readonly seed: number;
  readonly startedAt: string;
  readonly seconds: number;
  readonly commit: string;
  readonly machine: string;
  readonly rows: readonly RowReport[];
  /** Ids of the rows that do not exist in this mode. */
  readonly notRun: readonly string[];
  readonly line: string;
}

/** Whether every zero is zero and every figure is within its limit. */
function isHeld({ findings, bars }: RowOutcome): boolean {
  return zeroNames.every((name) => findings[name] === 0) && bars.every(isWithin) && findings.acked > 0;
}

/** One line per row. */
export function rowLine({ id, name, isHeld: held, outcome, seconds, title, loadAverage }: RowReport): string {
  const state = `${id.padEnd(4)} ${name.padEnd(nameWidth)} ${held ? 'held    ' : 'NOT HELD'}`;
  const took = `(${seconds.toFixed(0)} s, load ${loadAverage})`;
  if (outcome === null) return `${state} ${title} ${took}`;
  const figures = outcome.bars.map(describeBar).join(' | ');
  return `${state} kills ${outcome.kills} | ${describeFindings(outcome.findings)} | ${recovery(outcome)} | ${figures} ${took}`;
}

/** The failures and notes of a row, one line each. */
export function remarks({ outcome, error }: RowReport): string[] {
  if (outcome === null) return error === null ? [] : [error];
  const over = outcome.bars.filter((bar) => !isWithin(bar)).map((bar) => `outside its limit: ${describeBar(bar)}`);
  const failures = Object.entries(outcome.failures ?? {}).map(([code, count]) => `${code} ${count}`);
  const failed = failures.length === 0 ? [] : [`failed attempts: ${failures.slice(0, 8).join(', ')}`];
  return [...over, ...outcome.findings.examples.slice(0, 5), ...failed, ...(outcome.notes ?? [])];
}

/** The summary line at the end of a run. */
export function finalLine(rows: readonly RowReport[]): string {
  const outcomes = rows.flatMap(({ outcome }) => outcome ?? []);
  const sum = (of: (outcome: RowOutcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const most = (of: (outcome: RowOutcome) => number) => Math.max(0, ...outcomes.map(of));
  const total = (name: keyof Omit<Findings, 'examples'>) => sum(({ findings }) => findings[name]);
  const held = rows.filter((row) => row.isHeld).length;
  return [
    `faults ${held}/${rows.length} held`,
    `kills ${sum(({ kills }) => kills)}`,
    `attempted ${total('attempted')}`,
    `acked ${total('acked')}`,
    `lost ${total('lost')}`,
    `duplicated ${total('duplicated')}`,
    `out of order ${total('outOfOrder') + total('disagreement') + total('gaps')}`,
    `unexpected ${total('unexpected') + total('abortedReads')}`,
    `recovered ${total('recovered')}`,
    `worst recovery ${(most(({ worstRecoveryMs }) => worstRecoveryMs) / 1000).toFixed(1)} s`,
    `canary p99 ${Math.round(most(({ canaryP99Ms }) => canaryP99Ms))} ms`,
  ].join(' | ');
}

function describeFindings(findings: Findings): string {
  const zeros = `lost ${findings.lost} | duplicated ${findings.duplicated} | out of order ${findings.outOfOrder} | unexpected ${findings.unexpected}`;
  const rare = (['gaps', 'disagreement', 'abortedReads', 'receiptsBack'] as const).map((name) => `${name} ${findings[name]}`).join(' | ');
  const { attempted, acked, unknown, recovered } = findings;
  return `attempted ${attempted} | acked ${acked} | unknown ${unknown} | recovered ${recovered} | ${zeros} | ${rare}`;
}

function recovery({ worstRecoveryMs, canaryP99Ms }: RowOutcome): string {
  return `worst recovery ${(worstRecoveryMs / 1000).toFixed(1)} s | canary p99 ${Math.round(canaryP99Ms)} ms`;
}

function describeBar(bar: Bar): string {
  const unit = bar.unit === undefined ? '' : ` ${bar.unit}`;
  const limit = bar.limit === undefined ? '' : ` (${bar.atLeast === true ? 'at least' : 'at most'} ${bar.limit})`;
  return `${bar.name} ${bar.value}${unit}${limit}`;
}

/** The report of one row, with its duration and the load average at its end. */
export function reportOf(row: Row, startedAt: number, outcome: RowOutcome | null, error: string | null): RowReport {
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
  const { id, name, title, expect } = row;
  const [loadAverage = 0] = loadavg();
  return {
    id,
    name,
    title,
    expect,
    isHeld: outcome !== null && isHeld(outcome),
    seconds,
    loadAverage: Math.round(loadAverage * 10) / 10,
    outcome,
    error,
  };
}
