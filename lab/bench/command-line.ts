import { Command, InvalidArgumentError } from 'commander';

/** What was asked for on the command line. */
export interface BenchFlags {
  /** Names of scenario files. */
  readonly scenarios: readonly string[];
  readonly quick: boolean;
  readonly full: boolean;
  readonly seconds?: number;
  readonly warmUp?: number;
  readonly rounds?: number;
  readonly scale: number;
  readonly json?: string;
  /** True: the last committed result. */
  readonly compare?: string | true;
  readonly tolerance: number;
  readonly profile: boolean;
  readonly save: boolean;
  /** All scenarios were asked for. */
  readonly isWhole: boolean;
}

/** Parses the arguments; a wrong one prints what is wrong and ends the process with 2. `names` are those of the scenario files. */
export function readCommandLine(argv: readonly string[], names: readonly string[]): BenchFlags {
  const program = new Command('bench')
    .description('Measures Parley beside references in the same run, rounds interleaved, medians.')
    .argument('[scenarios...]', `which of ${names.join(', ')} (W2 is enough); all when left out`)
    .option('--quick', 'small sizes and short rounds: the whole set in less than five minutes', false)
    .option('--full', 'the sizes of the design, five rounds, saved', false)
    .option('--seconds <n>', 'seconds measured per round and contender', parsePositive)
    .option('--warm-up <n>', 'seconds before each round that are not counted', parsePositive)
    .option('--rounds <n>', 'rounds of each contender', parsePositive)
    .option('--scale <share>', 'share of the sizes (users, rows) to run with', parsePositive, 1)
    .option('--json <path>', 'write figures of every round and facts of the machine')
    .option(
      '--compare [path]',
      'with an earlier result (lab/bench/results/latest.json): exit 1 when a ratio fell by more than the tolerance',
    )
    .option('--tolerance <share>', 'how much a ratio may fall', parsePositive, 0.15)
    .option('--profile', 'Parley alone under a CPU profile: shares of the steps of the hot path', false)
    .option(
      '--save',
      'write JSON and plots into lab/bench/results/<date>-<commit>/; a run of all scenarios also becomes latest.json',
      false,
    )
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
    .parse(argv);
  const flags = program.opts<Omit<BenchFlags, 'scenarios' | 'isWhole'>>();
  const scenarios = program.args.map((wanted) => nameOf(wanted, names, program));
  const isWhole = scenarios.length === 0;
  return { ...flags, scenarios: isWhole ? names : scenarios, isWhole };
}

function nameOf(wanted: string, names: readonly string[], program: Command): string {
  const name = wanted.toLowerCase();
  const found = names.find((each) => each === name) ?? names.find((each) => each.startsWith(`${name}-`));
  return found ?? program.error(`bench: no scenario named ${wanted}; there is ${names.join(', ')}`);
}

function parsePositive(value: string): number {
  const count = Number(value);
  if (!Number.isFinite(count) || count <= 0) throw new InvalidArgumentError('must be a number above 0');
  return count;
}
