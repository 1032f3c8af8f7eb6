import { readFileSync, writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { behaviourSchema, capacitySchema } from './behaviour.js';
import { formatResults } from './report.js';
import { simulateDay } from './simulate.js';
import { readUnitCosts } from './unit-costs.js';

interface Flags {
  users: number[];
  costs: string;
  behaviour?: string;
  measure?: true;
  json?: string;
}

const program = new Command('simulate')
  .description(
    'Simulates one day of an installation and reports the resources it needs, from measured unit costs and assumptions about users.',
  )
  .option(
    '--users <n,...>',
    'users connected at the busiest minute; several sizes are shown side by side',
    parseCounts,
    [10_000, 100_000, 1_000_000],
  )
  .option('--costs <path>', 'unit costs', 'lab/simulate/unit-costs.json')
  .option('--behaviour <path>', 'JSON with `behaviour` and `capacity` that replaces the defaults of behaviour.ts')
  .option('--measure', 'first measure the unit costs on a cluster on this machine (some minutes, Linux only) and write them to --costs')
  .option('--json <path>', 'write every minute of every day');

process.exitCode = await run();

async function run(): Promise<number> {
  program.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2)).parse();
  const flags = program.opts<Flags>();
  if (flags.measure === true) {
    const { measureUnitCosts } = await import('./measure.js');
    const measured = await measureUnitCosts((text) => void process.stderr.write(`${text}\n`));
    writeFileSync(flags.costs, `${JSON.stringify(measured, null, 2)}\n`);
  }
  const costs = readUnitCosts(readFileSync(flags.costs, 'utf8'));
  const given: { behaviour?: object; capacity?: object } =
    flags.behaviour === undefined ? {} : JSON.parse(readFileSync(flags.behaviour, 'utf8'));
  const capacity = capacitySchema.parse(given.capacity ?? {});
  const results = flags.users.map((connectedAtPeak) => {
    const behaviour = behaviourSchema.parse({ ...given.behaviour, connectedAtPeak });
    return { behaviour, day: simulateDay(costs, behaviour, capacity) };
  });
  process.stdout.write(formatResults(costs, capacity, results));
  if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify({ costs, capacity, results })}\n`);
  return 0;
}

function parseCounts(value: string): number[] {
  const counts = value.split(',').map((part) => Number(part.trim().replace(/_/g, '')));
  if (counts.some((count) => !Number.isInteger(count) || count < 1))
    throw new InvalidArgumentError('must be whole numbers above 0, separated by commas');
  return counts;
}
