import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { relative } from 'node:path';
import { Environment } from './environment.js';
import { publishedFolder, root } from './paths.js';
import { Random } from './random.js';
import { finalLine, reportOf, type RowReport, type RunReport } from './report.js';
import type { Row, RowContext, Tier } from './rows/row.js';
import type { Mode } from './topology.js';
import { ServerPool } from './server-pool.js';
import { messageOf, within } from './wait.js';

/** Milliseconds after which a row counts as hanging, and the run ends with it: the longest takes half an hour. */
const rowLimitMs: Readonly<Record<Tier, number>> = { quick: 6 * 60_000, full: 45 * 60_000 };

export interface ProveOptions {
  readonly mode: Mode;
  readonly tier: Tier;
  readonly seed: number;
  readonly rows: readonly Row[];
  readonly keepFiles: boolean;
  /** Arguments of Node for every Parley process. */
  readonly nodeArgs: readonly string[];
  readonly say: (text: string) => void;
  readonly onRow: (report: RowReport) => void;
}

/**
 * Runs the rows, one after the other: they share the machine, and one row's load must not be another's fault. A row that does not
 * end within its time is not held, and the last one: what it started is still there.
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
    if (options.keepFiles) options.say(`files are kept in ${environment.folder}`);
  }
  const { mode, tier, seed } = options;
  return {
    ...{
      mode,
      tier,
      seed,
      startedAt: date,
      seconds: Math.round((performance.now() - startedAt) / 1000),
      commit: commit(),
      machine: machine(),
    },
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
    return reportOf(row, startedAt, await within(rowLimitMs[tier], `${row.id} ends`, row.run(context)), null);
  } catch (error) {
    const report = reportOf(row, startedAt, null, messageOf(error));
    return performance.now() - startedAt < rowLimitMs[tier] ? report : { ...report, isHanging: true };
  }
}

function commit(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })
        .toString()
        .trim();
    // Results that a run before this one has published change nothing of what is tried.
    const changes = git('status', '--porcelain', '--untracked-files=no', '--', '.', `:!${relative(root, publishedFolder)}`);
    return `${git('rev-parse', '--short', 'HEAD')}${changes === '' ? '' : ' with changes'}`;
  } catch {
    return 'unknown';
  }
}

function machine(): string {
  const [first] = cpus();
  return `${cpus().length} x ${first?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`;
}
