import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContenderResult } from '../runner.js';
import type { Scenario } from '../scenario.js';
import { type Chart, drawBarChart } from './bar-chart.js';
import type { MachineFacts } from '../../support/machine.js';
import { resultFolders } from './result-file.js';
import { besideLines, goalLines } from './result-table.js';
import { writeJson } from '../../support/write-json.js';

/** A scenario that ran, with the name of its file. */
export interface Ran {
  readonly name: string;
  readonly scenario: Scenario;
  readonly contenders: readonly ContenderResult[];
}

/** Writes `result.json` and one plot per scenario. Replaces the latest result if all scenarios ran. Returns the folder. */
export async function saveResult(machine: MachineFacts, result: object, ran: readonly Ran[], isWhole: boolean): Promise<string> {
  const folder = isWhole ? resultFolders.latest : resultFolders.partial;
  await rm(folder, { recursive: true, force: true });
  await writeJson(join(folder, 'result.json'), result);
  for (const { name, ...one } of ran) await writeFile(join(folder, `${name}.svg`), drawBarChart(chartOf(one, machine)));
  return folder;
}

function chartOf({ scenario, contenders }: Omit<Ran, 'name'>, machine: MachineFacts): Chart {
  const { mainFigure, columns, isLessBetter = false } = scenario;
  const title = columns.find(({ figure }) => figure === mainFigure)?.title ?? mainFigure;
  const { cores, node, at, commit, loadAverage } = machine;
  const rows = contenders.map(({ name, median, rounds, ratio }) => ({
    name,
    value: median[mainFigure] ?? 0,
    rounds: rounds.flatMap((round) => round[mainFigure] ?? []),
    note: ratio === null || name === scenario.reference ? '' : `(${ratio.toFixed(2)}x)`,
  }));
  const place = `${at.slice(0, 10)}, commit ${(commit ?? 'unknown').slice(0, 7)}, ${cores} cores, Node ${node}, load ${loadAverage.toFixed(1)} before`;
  return {
    title: `${scenario.id}: ${scenario.summary}`,
    unit: `${title}; ${isLessBetter ? 'less' : 'more'} is better; bar: median, dots: rounds`,
    rows,
    remarks: [...goalLines(scenario, contenders), ...besideLines(scenario, contenders), place],
  };
}
