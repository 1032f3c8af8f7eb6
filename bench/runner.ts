import { setMaxListeners } from 'node:events';
import { median } from '../tools/replay/percentiles.js';
import type { BenchOptions, Contender, Figures, Results, Round, Scenario } from './scenario.js';

/** The rounds of one contender and their medians. */
export interface ContenderResult {
  readonly name: string;
  readonly rounds: readonly Figures[];
  readonly median: Figures;
  /** Its main figure over the reference's, the median of the ratios of rounds that ran one after the other; null without a reference. */
  readonly ratio: number | null;
}

/** Called when something is done, with words for a person. */
export type Tell = (text: string) => void;

/** What every scenario of a run shares. */
export interface Run {
  readonly rounds: number;
  readonly options: BenchOptions;
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

/** Opens the contenders, then runs the rounds interleaved (reference, Parley, reference, Parley ...); ends everything also after a failure. */
export async function runScenario(scenario: Scenario, contenders: readonly Contender[], run: Run): Promise<ContenderResult[]> {
  const { tell } = run;
  const ends: (() => void | Promise<void>)[] = [];
  const interrupted = whenAborted(run.signal);
  try {
    const opened: { name: string; figures: Figures[]; round: Round }[] = [];
    for (const { name, open } of contenders) {
      tell(`starting ${name}`);
      const round = await Promise.race([interrupted, open(run.options, (end) => ends.push(end))]);
      opened.push({ name, figures: [], round });
    }
    const rounds = Math.min(run.rounds, scenario.roundsMax ?? run.rounds);
    for (let number = 1; number <= rounds; number += 1) {
      for (const { name, figures, round } of opened) {
        figures.push(await Promise.race([interrupted, round()]));
        const figure = figures.at(-1)?.[scenario.mainFigure] ?? null;
        tell(`round ${number} of ${rounds}, ${name}: ${figure === null ? '-' : Number(figure.toPrecision(4))} ${scenario.mainFigure}`);
      }
    }
    const reference = opened.find(({ name }) => name === scenario.reference)?.figures;
    return opened.map(({ name, figures }) => summarize(name, figures, reference, scenario.mainFigure));
  } finally {
    for (const end of ends.reverse()) await endQuietly(end, tell);
  }
}

/** How goals look at what was measured. */
export function resultsOf(contenders: readonly ContenderResult[]): Results {
  const find = (name: string): ContenderResult | undefined => contenders.find((contender) => contender.name === name);
  return {
    ratio: (contender) => find(contender)?.ratio ?? null,
    figure: (contender, figure) => find(contender)?.median[figure] ?? null,
  };
}

function summarize(
  name: string,
  rounds: readonly Figures[],
  reference: readonly Figures[] | undefined,
  mainFigure: string,
): ContenderResult {
  const figures = [...new Set(rounds.flatMap((round) => Object.keys(round)))];
  const middle = figures.map((figure): [string, number | null] => {
    const values = rounds.flatMap((round) => round[figure] ?? []);
    return [figure, values.length === 0 ? null : median(values)];
  });
  const ratios = rounds.map((round, index) => (round[mainFigure] ?? NaN) / (reference?.[index]?.[mainFigure] ?? NaN));
  const known = ratios.filter(Number.isFinite);
  return { name, rounds, median: Object.fromEntries(middle), ratio: known.length === 0 ? null : median(known) };
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
    tell(`could not end cleanly: ${error instanceof Error ? error.message : String(error)}`);
  }
}
