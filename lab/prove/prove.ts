import { errorMessage } from '../support/error-message.js';
import { describeCommit, describeMachine } from '../support/machine.js';
import { Random } from '../support/random.js';
import { within } from '../support/wait.js';
import { Environment } from './environment.js';
import { publishedPath } from './publish.js';
import { finalLine, reportOf, type RowReport, type RunReport } from './report.js';
import type { Row, RowContext, Tier } from './rows/row.js';
import { ServerPool } from './server-pool.js';
import type { Mode } from './topology.js';

/** A row that takes longer counts as hanging. The longest row takes half an hour. */
const rowTimeoutMs: Readonly<Record<Tier, number>> = { quick: 6 * 60_000, full: 45 * 60_000 };

export interface ProveOptions {
  readonly mode: Mode;
  readonly tier: Tier;
  readonly seed: number;
  readonly rows: readonly Row[];
  readonly keepFiles: boolean;
  /** Options of Node for every Parley process. */
  readonly nodeArgs: readonly string[];
  readonly say: (text: string) => void;
  readonly onRow: (report: RowReport) => void;
}

/**
 * Runs the rows one at a time, because they share the machine and one row's load must not disturb another. A row that times out
 * does not hold and ends the run, because its processes are still there.
 */
export async function prove(options: ProveOptions): Promise<RunReport> {
  const startedAt = performance.now();
  const date = new Date().toISOString();
  const environment = await Environment.open();
  const pool = new ServerPool(environment, options.mode);
  const rows: RowReport[] = [];
  try {
    for (const row of options.rows.filter(({ modes }) => modes.includes(options.mode))) {
      const report = await runRow(row, options, environment, pool);
      rows.push(report);
      options.onRow(report);
      if (report.isHanging === true) break;
    }
  } finally {
    await pool.close();
    await environment.close(options.keepFiles);
    if (options.keepFiles) options.say(`the files are in ${environment.folder}`);
  }
  const { mode, tier, seed } = options;
  return {
    mode,
    tier,
    seed,
    startedAt: date,
    seconds: Math.round((performance.now() - startedAt) / 1000),
    // An earlier run of the same commit may have published its results.
    commit: describeCommit([publishedPath]),
    machine: describeMachine(),
    rows,
    notRun: options.rows.filter(({ modes }) => !modes.includes(mode)).map(({ id }) => id),
    line: finalLine(rows),
  };
}

async function runRow(row: Row, options: ProveOptions, environment: Environment, pool: ServerPool): Promise<RowReport> {
  const startedAt = performance.now();
  const { mode, tier, seed, say, nodeArgs } = options;
  const context: RowContext = {
    ...{ mode, tier, environment, pool, say, nodeArgs },
    random: new Random(seed).fork(row.id),
    scale: (quick, full) => (tier === 'full' ? full : quick),
  };
  try {
    return reportOf(row, startedAt, await within(rowTimeoutMs[tier], `${row.name} ends`, row.run(context)), null);
  } catch (error) {
    const report = reportOf(row, startedAt, null, errorMessage(error));
    return performance.now() - startedAt < rowTimeoutMs[tier] ? report : { ...report, isHanging: true };
  }
}
