import { setMaxListeners } from 'node:events';
import { median } from '../support/percentiles.js';
import type { BenchOptions, Contender, Defer, Figures, Results, Round, Scenario } from './scenario.js';
import { errorMessage } from '../support/error-message.js';

/** The rounds of one contender and their medians. */
export interface ContenderResult {
  readonly name: string;
  readonly rounds: readonly Figures[];
  readonly median: Figures;
  /** Its main figure over the reference's: the median of the ratios of neighbouring rounds; null without a reference. */
  readonly ratio: number | null;
  /** The same ratio to each contender in `beside` that ran, by name. */
  readonly ratioTo: Readonly<Record<string, number>>;
}

/** A contender whose server is running, and its rounds so far. */
interface Opened {
  readonly name: string;
  readonly figures: Figures[];
  readonly round: Round;
}

/** Reports progress to the user. */
export type Tell = (text: string) => void;

/** The settings that all scenarios of a run share. */
export interface Run {
  readonly rounds: number;
  readonly options: BenchOptions;
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

/** Opens the contenders and runs interleaved rounds (reference, Parley, reference, Parley ...). Stops all servers, also after a failure. */
export async function runScenario(scenario: Scenario, contenders: readonly Contender[], run: Run): Promise<ContenderResult[]> {
  const { tell } = run;
  const ends: (() => void | Promise<void>)[] = [];
  let isOver = false;
  // An interrupted start may still bring up servers: they are stopped as soon as they appear.
  const defer: Defer = (end) => void (isOver ? endQuietly(end, tell) : ends.push(end));
  const interrupted = whenAborted(run.signal);
  try {
    const opened: Opened[] = [];
    for (const { name, open } of contenders) {
      tell(`starting ${name}`);
      const round = await Promise.race([interrupted, open(run.options, defer)]);
      opened.push({ name, figures: [], round });
    }
    const rounds = roundsOf(scenario, run);
    for (let number = 1 - uncountedRounds(scenario, run); number <= rounds; number += 1) {
      for (const { name, figures, round } of opened) {
        const seen = await Promise.race([interrupted, round()]);
        if (number > 0) figures.push(seen);
        const figure = seen[scenario.mainFigure] ?? null;
        const title = number < 1 ? 'uncounted round' : `round ${number} of ${rounds}`;
        tell(`${title}, ${name}: ${figure === null ? '-' : Number(figure.toPrecision(4))} ${scenario.mainFigure}`);
      }
    }
    return opened.map((one) => summarize(one, opened, scenario));
  } finally {
    isOver = true;
    for (const end of ends.reverse()) await endQuietly(end, tell);
  }
}

/** The view that goals have of the results. */
export function resultsOf(contenders: readonly ContenderResult[]): Results {
  const find = (name: string): ContenderResult | undefined => contenders.find((contender) => contender.name === name);
  return {
    ratio: (contender) => find(contender)?.ratio ?? null,
    figure: (contender, figure) => find(contender)?.median[figure] ?? null,
  };
}

function uncountedRounds({ uncountedRounds: rounds = 0 }: Scenario, { options }: Run): number {
  return options.isQuick ? 0 : rounds;
}

function roundsOf({ roundsMax = Infinity, quickRounds = Infinity }: Scenario, { rounds, options }: Run): number {
  return Math.min(rounds, roundsMax, options.isQuick ? quickRounds : Infinity);
}

function summarize({ name, figures: rounds }: Opened, all: readonly Opened[], scenario: Scenario): ContenderResult {
  const figures = [...new Set(rounds.flatMap((round) => Object.keys(round)))];
  const middle = figures.map((figure): [string, number | null] => {
    const values = rounds.flatMap((round) => round[figure] ?? []);
    return [figure, values.length === 0 ? null : median(values)];
  });
  const ratioTo = (other: string | undefined): number | null =>
    ratioOf(rounds, all.find((one) => one.name === other)?.figures ?? [], scenario.mainFigure);
  const beside = (scenario.beside ?? []).map((other) => [other, ratioTo(other)] as const);
  const known = beside.filter((entry): entry is readonly [string, number] => entry[1] !== null);
  return { name, rounds, median: Object.fromEntries(middle), ratio: ratioTo(scenario.reference), ratioTo: Object.fromEntries(known) };
}

/** The median of the ratios of neighbouring rounds. */
function ratioOf(rounds: readonly Figures[], others: readonly Figures[], figure: string): number | null {
  const ratios = rounds.map((round, index) => (round[figure] ?? NaN) / (others[index]?.[figure] ?? NaN));
  const known = ratios.filter(Number.isFinite);
  return known.length === 0 ? null : median(known);
}

function whenAborted(signal: AbortSignal): Promise<never> {
  setMaxListeners(0, signal);
  const aborted = new Promise<never>((_, reject) => {
    const refuse = (): void => reject(new Error('interrupted'));
    if (signal.aborted) refuse();
    else signal.addEventListener('abort', refuse, { once: true });
  });
  void aborted.catch(() => undefined);
  return aborted;
}

async function endQuietly(end: () => void | Promise<void>, tell: Tell): Promise<void> {
  try {
    await end();
  } catch (error) {
    tell(`could not end cleanly: ${errorMessage(error)}`);
  }
}
