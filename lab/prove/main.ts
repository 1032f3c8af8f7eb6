import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { parseCount } from '../support/option-parsers.js';
import { root } from '../support/paths.js';
import { writeJson } from '../support/write-json.js';
import { type PlantedBug, plantedBugs } from './checker/model-server.js';
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
  .description('Injects faults into a running Parley, one row at a time, and counts what was lost.')
  .option('--seed <n>', 'seed of all random choices', parseCount, Math.floor(Math.random() * 1_000_000))
  .option('--only <rows>', 'names or ids of the rows to run, separated by commas', (rows: string) => rows.split(','), [])
  .option('--quick', 'every row once, both modes within 15 minutes (the default)')
  .option('--full', 'full counts: hundreds of kills, a million messages')
  .addOption(
    new Option('--mode <mode>', 'embedded: one process on Postgres; cluster: several processes on Redis; both: one after the other')
      .choices(['embedded', 'cluster', 'both'])
      .default('both'),
  )
  .option('--json <path>', 'write the result to this file; by default lab/prove/results/<mode>-<tier>.json when all rows run')
  .option('--publish', 'write the results of a full run to docs/operations/prove; with --only, just those rows')
  .option('--keep', 'keep the logs and data of all processes')
  .addOption(
    new Option('--plant [bug]', 'plant a bug (by default all three in turn) and check that it is found')
      .choices(['all', ...plantedBugs])
      .preset('all'),
  )
  .option('--list', 'list the rows and exit');

/** The rows in which a single process with its log in Postgres behaves differently from a cluster. */
const embeddedQuick: readonly string[] = ['kill-api-node', 'kill-postgres', 'stop-postgres', 'cut-client-before-ack'];

for (const [signal, code] of [
  ['SIGTERM', 143],
  ['SIGINT', 130],
  ['SIGHUP', 129],
] as const) {
  process.once(signal, () => {
    process.stderr.write(`ended by ${signal}\n`);
    process.exit(code);
  });
}
// A row that hangs leaves pending work behind, which would keep this process alive.
process.exit(await run());

async function run(): Promise<number> {
  program.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2)).parse();
  const flags = program.opts<Flags>();
  const rows = flags.only.length === 0 ? allRows : flags.only.map(rowOf);
  if (flags.list === true) {
    for (const { id, name, title, expect, modes } of rows)
      console.log(`${id} ${name}: ${title}; expected: ${expect} [${modes.join(', ')}]`);
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

/** When both modes run, the quick tier repeats in the second mode only the rows that behave differently there. */
function rowsFor(rows: readonly Row[], mode: Mode, modes: readonly Mode[], { full, only }: Flags): readonly Row[] {
  const isSecond = modes.length > 1 && mode === 'embedded';
  return isSecond && full !== true && only.length === 0 ? rows.filter(({ name }) => embeddedQuick.includes(name)) : rows;
}

async function runRows(common: Parameters<typeof findPlants>[0], rows: readonly Row[], flags: Flags): Promise<number> {
  const report = await prove({
    ...{ ...common, rows, nodeArgs: [] },
    onRow: (row) => console.log([rowLine(row), ...remarks(row).map((remark) => `     ${remark}`)].join('\n')),
  });
  if (report.notRun.length > 0) console.log(`rows that do not exist in ${report.mode} mode: ${report.notRun.join(', ')}`);
  console.log(report.line);
  await writeResult(report, flags);
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

function rowOf(wanted: string): Row {
  const key = wanted.trim().toLowerCase();
  const row = allRows.find(({ id, name }) => name === key || id.toLowerCase() === key);
  if (row === undefined) throw new InvalidArgumentError(`there is no row ${wanted}; --list shows all rows`);
  return row;
}

async function writeResult(report: RunReport, { json, only }: Flags): Promise<void> {
  const path = json ?? (only.length === 0 ? join(root, `lab/prove/results/${report.mode}-${report.tier}.json`) : undefined);
  if (path !== undefined) await writeJson(path, report);
}
