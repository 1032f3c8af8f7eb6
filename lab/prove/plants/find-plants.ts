import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { type Findings, type ZeroName, zeroNames } from '../checker/findings.js';
import { type PlantedBug, plantedBugs } from '../checker/model-server.js';
import { root } from '../../support/paths.js';
import { prove, type ProveOptions } from '../prove.js';
import { allRows } from '../rows/all-rows.js';
import type { Mode } from '../topology.js';

/** The row that must find the bug, and the counts that show it. */
const catches: Record<PlantedBug, { readonly rows: Readonly<Record<Mode, string>>; readonly by: readonly ZeroName[] }> = {
  'ack-before-commit': {
    rows: { embedded: 'kill-api-node', cluster: 'kill-api-node' },
    by: ['lost', 'abortedReads', 'disagreement'],
  },
  'forgetful-dedupe': { rows: { embedded: 'repeat-same-message', cluster: 'repeat-same-message' }, by: ['duplicated', 'disagreement'] },
  // The row must kill the process that inserts, which is a worker in a cluster.
  'confirm-before-insert': { rows: { embedded: 'kill-api-node', cluster: 'kill-worker' }, by: ['lost'] },
};

export interface PlantReport {
  readonly bug: PlantedBug;
  readonly row: string;
  readonly isFound: boolean;
  readonly line: string;
}

/** Plants one bug after another into the real server and checks whether its row finds it. */
export async function findPlants(
  options: Omit<ProveOptions, 'rows' | 'nodeArgs' | 'onRow'>,
  bugs: readonly PlantedBug[] = plantedBugs,
): Promise<PlantReport[]> {
  const reports: PlantReport[] = [];
  for (const bug of bugs) {
    const { rows: rowNames, by } = catches[bug];
    const row = rowNames[options.mode];
    const rows = allRows.filter(({ name }) => name === row);
    const report = await prove({ ...options, rows, nodeArgs: ['--import', plantUrl(bug)], onRow: () => undefined });
    const [first] = report.rows;
    const findings = first?.outcome?.findings;
    const isFound = findings !== undefined && by.some((name) => findings[name] > 0);
    const what = findings === undefined ? (first?.error ?? 'the row did not run') : describe(findings);
    reports.push({ bug, row, isFound, line: `plant ${bug} ${isFound ? 'found' : 'NOT FOUND'} by ${row}: ${what}` });
  }
  return reports;
}

function describe(findings: Findings): string {
  const found = zeroNames.filter((name) => findings[name] > 0).map((name) => `${name} ${findings[name]}`);
  return `${found.length === 0 ? 'all zeros' : found.join(', ')} of ${findings.acked} acked`;
}

function plantUrl(bug: PlantedBug): string {
  return pathToFileURL(join(root, `dist/lab/prove/plants/${bug}.js`)).href;
}
