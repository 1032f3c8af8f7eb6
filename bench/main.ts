import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { runScenario } from './runner.js';
import type { Scenario } from './scenario.js';
import { stopAllNow } from './support/child-server.js';
import { machineFacts } from './support/machine.js';
import { formatTable } from './support/table.js';

interface Flags {
  seconds: number;
  rounds: number;
  pairs: number;
  json?: string;
}

const scenariosFolder = new URL('./scenarios/', import.meta.url);
const suffix = '.scenario.js';

/** The first signal ends the servers in order, a second one ends this at once. */
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => (interruption.signal.aborted ? process.exit(1) : interruption.abort()));
process.once('exit', stopAllNow);
process.exitCode = await run();

async function run(): Promise<number> {
  const names = (await readdir(scenariosFolder)).filter((file) => file.endsWith(suffix)).map((file) => file.slice(0, -suffix.length));
  const program = new Command('bench')
    .description('Measures Parley beside a reference in the same run, rounds interleaved, medians.')
    .argument('[scenarios...]', `which of ${names.join(', ')}; all when left out`)
    .option('--seconds <n>', 'seconds measured per round and contender', parseCount, 10)
    .option('--rounds <n>', 'rounds of each contender', parseCount, 3)
    .option('--pairs <n>', 'pairs of users, where the scenario has pairs', parseCount, 200)
    .option('--json <path>', 'write figures of every round and facts of the machine')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse();
  const flags = program.opts<Flags>();
  const wanted = program.args.length > 0 ? program.args : names;
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`bench: no scenario named ${unknown.join(', ')}; there is ${names.join(', ')}\n`);
    return 2;
  }
  return runAll(wanted, flags);
}

async function runAll(names: readonly string[], flags: Flags): Promise<number> {
  const machine = machineFacts();
  const tell = (text: string): void => void process.stderr.write(`${text}\n`);
  const scenarios = [];
  try {
    for (const name of names) {
      const scenario = await load(name);
      tell(`${scenario.name}: ${scenario.summary}`);
      const contenders = await runScenario(scenario, flags.rounds, flags, tell, interruption.signal);
      scenarios.push({ name: scenario.name, summary: scenario.summary, mainFigure: scenario.mainFigure, contenders });
      process.stdout.write(`\n${formatTable(scenario, contenders)}\n\n`);
    }
  } catch (error) {
    tell(`bench: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
  process.stdout.write(
    `${machine.cores} cores, ${machine.processor}, node ${machine.node}, load ${machine.loadAverage.toFixed(2)} before, commit ${machine.commit ?? 'unknown'}\n`,
  );
  if (flags.json !== undefined) {
    await mkdir(dirname(flags.json), { recursive: true });
    await writeFile(flags.json, `${JSON.stringify({ machine, options: flags, scenarios }, null, 2)}\n`);
  }
  return 0;
}

async function load(name: string): Promise<Scenario> {
  const module: { scenario?: Scenario } = await import(new URL(`${name}${suffix}`, scenariosFolder).href);
  if (!module.scenario) throw new Error(`bench/scenarios/${name}.scenario.ts exports no scenario`);
  return module.scenario;
}

function parseCount(value: string): number {
  const count = Number(value);
  if (!Number.isFinite(count) || count <= 0) throw new InvalidArgumentError('must be a number above 0');
  return count;
}
