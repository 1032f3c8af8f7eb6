import { Command } from 'commander';
import { parsePositive } from '../support/option-parsers.js';
import type { NamedScenario } from './scenario-files.js';

/** The parsed command line. */
export interface BenchFlags {
  readonly scenarios: readonly NamedScenario[];
  readonly quick: boolean;
  readonly full: boolean;
  readonly seconds?: number;
  readonly warmUp?: number;
  readonly rounds?: number;
  readonly scale: number;
  readonly json?: string;
  /** True: compare with the latest saved result. */
  readonly compare?: string | true;
  /** Folder of another checkout, built: Parley of both is measured, without references. */
  readonly against?: string;
  readonly tolerance: number;
  readonly profile: boolean;
  readonly save: boolean;
  /** Whether all scenarios run. */
  readonly isWhole: boolean;
}

/** Parses the arguments. A wrong argument prints the reason and exits with code 2. */
export function readCommandLine(argv: readonly string[], all: readonly NamedScenario[]): BenchFlags {
  const list = all.map(({ name, scenario }) => `${scenario.id} ${name}`).join(', ');
  const program = new Command('bench')
    .description('Measures Parley beside references in the same run: interleaved rounds, medians, ratios.')
    .argument('[scenarios...]', `ids or names of the scenarios to run (default: all): ${list}`)
    .option('--quick', 'small sizes and short rounds: all scenarios in less than five minutes', false)
    .option('--full', 'full sizes, five rounds, saved', false)
    .option('--seconds <n>', 'measured seconds per round and contender', parsePositive)
    .option('--warm-up <n>', 'seconds before each round that do not count', parsePositive)
    .option('--rounds <n>', 'rounds of each contender', parsePositive)
    .option('--scale <share>', 'share of the full sizes (users, rows)', parsePositive, 1)
    .option('--json <path>', 'write the figures of every round and the facts of the machine to this file')
    .option(
      '--compare [path]',
      'compare with an earlier result (default: the latest saved one); exit 1 if a ratio fell by more than the tolerance',
    )
    .option('--against <folder>', 'measure Parley side by side with the build in another checkout, without references')
    .option('--tolerance <share>', 'share by which a ratio may fall', parsePositive, 0.15)
    .option('--profile', 'run Parley alone under a CPU profiler and print the share of each step of the hot path', false)
    .option(
      '--save',
      'write JSON and plots: a run of all scenarios replaces lab/bench/results/latest/, any other run goes to lab/bench/results/partial/',
      false,
    )
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(argv);
  const flags = program.opts<Omit<BenchFlags, 'scenarios' | 'isWhole'>>();
  const scenarios = program.args.map((wanted) => scenarioOf(wanted, all, program));
  const isWhole = scenarios.length === 0;
  return { ...flags, scenarios: isWhole ? all : scenarios, isWhole };
}

function scenarioOf(wanted: string, all: readonly NamedScenario[], program: Command): NamedScenario {
  const key = wanted.toLowerCase();
  const found = all.find(({ name, scenario }) => name === key || scenario.id.toLowerCase() === key);
  return found ?? program.error(`bench: there is no scenario ${wanted}; --help lists all scenarios`);
}
