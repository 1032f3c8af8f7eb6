import { type ContenderResult, resultsOf } from '../runner.js';
import type { Goal, Scenario } from '../scenario.js';
import { isParley } from './goals.js';
import { textTable } from '../../support/tables.js';

/** The medians as a text table with the ratio to the reference last, followed by whether bar and stretch goal are met. */
export function formatResult(scenario: Scenario, results: readonly ContenderResult[]): string {
  const ratio = scenario.reference === undefined ? [] : ['ratio'];
  const head = ['', ...scenario.columns.map(({ title }) => title), ...ratio];
  const rows = results.map((result) => [
    result.name,
    ...scenario.columns.map(({ figure, digits }) => result.median[figure]?.toFixed(digits) ?? '-'),
    ...ratio.map(() => result.ratio?.toFixed(2) ?? '-'),
  ]);
  return [textTable([head, ...rows]), ...goalLines(scenario, results), ...besideLines(scenario, results)].join('\n');
}

/** Parley's ratio to each further contender that ran. */
export function besideLines({ isLessBetter = false }: Scenario, results: readonly ContenderResult[]): string[] {
  return results
    .filter(({ name }) => isParley(name))
    .flatMap(({ name, ratioTo }) =>
      Object.entries(ratioTo).map(([other, ratio]) => `${name} / ${other}: ${ratio.toFixed(2)}x${isLessBetter ? ', less is better' : ''}`),
    );
}

/** The goals of a scenario and whether they are met. */
export function goalLines(scenario: Scenario, results: readonly ContenderResult[]): string[] {
  const line = (kind: string, goal: Goal | undefined): string[] =>
    goal === undefined ? [] : [`${kind} ${goal.says}: ${verdict(goal.isMet(resultsOf(results)))}`];
  return [...line('bar', scenario.bar), ...line('stretch goal', scenario.stretchGoal)];
}

function verdict(isMet: boolean | null): string {
  if (isMet === null) return 'unknown from this run';
  return isMet ? 'met' : 'NOT met';
}
