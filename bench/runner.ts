import { median } from '../tools/replay/percentiles.js';
import type { BenchOptions, Figures, Scenario } from './scenario.js';

/** The rounds of one contender and their medians. */
export interface ContenderResult {
  readonly name: string;
  readonly rounds: readonly Figures[];
  readonly median: Figures;
  /** Its main figure over the reference's, the median of the ratios of rounds that ran one after the other; 1 for the reference. */
  readonly ratio: number;
}

/** Called when something is done, with words for a person. */
type Tell = (text: string) => void;

/** Opens all contenders, then runs the rounds interleaved (reference, Parley, reference, Parley ...); ends everything also after a failure. */
export async function runScenario(
  scenario: Scenario,
  rounds: number,
  options: BenchOptions,
  tell: Tell,
  signal: AbortSignal,
): Promise<ContenderResult[]> {
  const ends: (() => void | Promise<void>)[] = [];
  const interrupted = whenAborted(signal);
  try {
    const opened = [];
    for (const { name, open } of scenario.contenders) {
      tell(`starting ${name}`);
      opened.push({
        name,
        figures: new Array<Figures>(),
        round: await Promise.race([interrupted, open(options, (end) => ends.push(end))]),
      });
    }
    for (let number = 1; number <= rounds; number += 1) {
      for (const { name, figures, round } of opened) {
        figures.push(await Promise.race([interrupted, round()]));
        tell(`round ${number} of ${rounds}, ${name}: ${Math.round(figures.at(-1)?.[scenario.mainFigure] ?? 0)} ${scenario.mainFigure}`);
      }
    }
    const reference = opened[0]?.figures ?? [];
    return opened.map(({ name, figures }) => summarize(name, figures, reference, scenario.mainFigure));
  } finally {
    for (const end of ends.reverse()) await endQuietly(end, tell);
  }
}

function summarize(name: string, rounds: readonly Figures[], reference: readonly Figures[], mainFigure: string): ContenderResult {
  const names = [...new Set(rounds.flatMap((figures) => Object.keys(figures)))];
  const middle = names.map((figure): [string, number | null] => {
    const values = rounds.flatMap((figures) => figures[figure] ?? []);
    return [figure, values.length === 0 ? null : median(values)];
  });
  const ratios = rounds.map((figures, index) => (figures[mainFigure] ?? 0) / (reference[index]?.[mainFigure] ?? NaN));
  return { name, rounds, median: Object.fromEntries(middle), ratio: median(ratios) };
}

function whenAborted(signal: AbortSignal): Promise<never> {
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(new Error('interrupted')), { once: true }),
  );
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
