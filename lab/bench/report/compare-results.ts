import { isParley } from './goals.js';
import type { BenchResult } from './result-file.js';

/** One of Parley's figures and its earlier value. `change` above 1 means better. */
export interface Comparison {
  readonly id: string;
  readonly contender: string;
  readonly before: number;
  readonly now: number;
  readonly change: number;
  /** False if the figure has no reference and its absolute value is compared. */
  readonly isRatio: boolean;
  readonly isWorse: boolean;
}

type ScenarioResult = BenchResult['scenarios'][number];

/**
 * Compares Parley's ratios scenario by scenario and skips what only one result has. Figures without a reference are compared only
 * between runs on the same machine.
 */
export function compareResults(before: BenchResult, now: BenchResult, tolerance: number): Comparison[] {
  const isSameMachine = before.machine.cores === now.machine.cores && before.machine.processor === now.machine.processor;
  return now.scenarios.flatMap((scenario) => {
    const earlier = before.scenarios.find(({ id }) => id === scenario.id);
    return earlier === undefined ? [] : compareScenario(earlier, scenario, tolerance, isSameMachine);
  });
}

function compareScenario(before: ScenarioResult, now: ScenarioResult, tolerance: number, isSameMachine: boolean): Comparison[] {
  return now.contenders
    .filter(({ name }) => isParley(name))
    .flatMap((contender): Comparison[] => {
      const earlier = before.contenders.find(({ name }) => name === contender.name);
      const isRatio = contender.ratio !== null && typeof earlier?.ratio === 'number';
      const [was, is] = isRatio
        ? [earlier?.ratio, contender.ratio]
        : [earlier?.median[before.mainFigure], contender.median[now.mainFigure]];
      if (typeof was !== 'number' || typeof is !== 'number' || was <= 0 || is <= 0 || (!isRatio && !isSameMachine)) return [];
      const change = now.isLessBetter ? was / is : is / was;
      return [{ id: now.id, contender: contender.name, before: was, now: is, change, isRatio, isWorse: change < 1 - tolerance }];
    });
}
