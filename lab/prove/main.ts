import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type PlantedBug, plantedBugs } from './checker/model-server.js';
import { resultsFolder } from './paths.js';
import { findPlants } from './plants/find-plants.js';
import { prove } from './prove.js';
import { publish } from './publish.js';
import { remarks, rowLine, type RunReport } from './report.js';
import { allRows } from './rows/all-rows.js';
import type { Row } from './rows/row.js';
import type { Mode } from './topology.js';

interface Flags {
  seed: number;
  only: string[];
  full?: true;
  quick?: true;
  mode: Mode | 'both';
  json?: string;
  publish?: true;
  keep?: true;
  list?: true;
  plant?: 'all' | PlantedBug;
}

const program = new Command('prove')
  .description('Does bad things to a running Parley, one row of the scoreboard after the other, and counts what was lost.')
  .option('--seed <n>', 'the same seed does the same things', parseSeed, Math.floor(Math.random() * 1_000_000))
  .option('--only <ids>', 'rows to run, separated by commas', (ids: string) => ids.split(',').map((id) => id.trim().toUpperCase()), [])
  .option('--quick', 'every row once, both modes within 15 minutes (the default)')
  .option('--full', 'the full counts: hundreds of kills, a million messages')
  .addOption(
    new Option('--mode <mode>', 'one process on Postgres, several on Redis, or one after the other')
      .choices(['embedded', 'cluster', 'both'])
      .default('both'),
  )
  .option('--json <path>', 'where the result goes; by default lab/prove/results/<mode>-<tier>.json when all rows are run')
  .option('--publish', 'put the results of a full run into docs/operations/prove; with --only those of its rows')
  .option('--keep', 'leave the logs and data of the processes where they are')
  .addOption(
    new Option('--plant [bug]', 'plant a bug (all three, one after the other) and see that it is found')
      .choices(['all', ...plantedBugs])
      .preset('all'),
  )
  .option('--list', 'show the rows and end');

/** Rows in which the log in Postgres and one process alone behave otherwise than the cluster. */
const embeddedQuick: readonly string[] = ['F01', 'F11', 'F12', 'F25'];

// A row that hangs leaves work behind that would keep the process alive.
process.exit(await run());

async function run(): Promise<number> {
  program.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2)).parse();
  const flags = program.opts<Flags>();
  const rows = flags.only.length === 0 ? allRows : flags.only.map(rowOf);
  if (flags.list === true) {
    for (const { id, title, expect, modes } of rows) console.log(`${id}  ${title}; expected: ${expect} [${modes.join(', ')}]`);
    return 0;
  }
  const tier = flags.full === true ? 'full' : 'quick';
  const modes: readonly Mode[] = flags.mode === 'both' ? ['cluster', 'embedded'] : [flags.mode];
  let code = 0;
  for (const mode of modes) {
    console.log(`prove: ${mode}, ${tier}, seed ${flags.seed}`);
    const common = { mode, tier, seed: flags.seed, keepFiles: flags.keep === true, say } as const;
    code = Math.max(
      code,
      flags.plant === undefined ? await runRows(common, rowsFor(rows, mode, modes, flags), flags) : await plant(common, flags.plant),
    );
  }
  return code;
}

/** With both modes, the quick tier runs in the second one only what is another thing there. */
function rowsFor(rows: readonly Row[], mode: Mode, modes: readonly Mode[], { full, only }: Flags): readonly Row[] {
  const isSecond = modes.length > 1 && mode === 'embedded';
  return isSecond && full !== true && only.length === 0 ? rows.filter(({ id }) => embeddedQuick.includes(id)) : rows;
}

async function runRows(common: Parameters<typeof findPlants>[0], rows: readonly Row[], flags: Flags): Promise<number> {
  const report = await prove({
    ...{ ...common, rows, nodeArgs: [] },
    onRow: (row) => console.log([rowLine(row), ...remarks(row).map((remark) => `     ${remark}`)].join('\n')),
  });
  if (report.notRun.length > 0) console.log(`not in ${report.mode} mode: ${report.notRun.join(', ')}`);
  console.log(report.line);
  write(report, flags);
  if (flags.publish === true && report.tier === 'full') await publish(report, { isPart: flags.only.length > 0 });
  return report.rows.every((row) => row.isHeld) ? 0 : 1;
}

async function plant(options: Parameters<typeof findPlants>[0], bug: 'all' | PlantedBug): Promise<number> {
  const reports = await findPlants(options, bug === 'all' ? plantedBugs : [bug]);
  for (const { line } of reports) console.log(line);
  return reports.every(({ isFound }) => isFound) ? 0 : 1;
}

function say(text: string): void {
  console.log(`     ${text}`);
}

function rowOf(id: string): Row {
  const row = allRows.find((one) => one.id === id);
  if (row === undefined) throw new InvalidArgumentError(`there is no row ${id}; --list shows them`);
  return row;
}

function write(report: RunReport, flags: Flags): void {
  const path = flags.json ?? (flags.only.length === 0 ? join(resultsFolder, `${report.mode}-${report.tier}.json`) : undefined);
  if (path === undefined) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
}

function parseSeed(value: string): number {
  const seed = Number(value);
  if (!Number.isInteger(seed) || seed < 0) throw new InvalidArgumentError('must be a whole number of 0 or more');
  return seed;
}
