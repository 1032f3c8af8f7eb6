import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { type Findings, type ZeroName, zeroNames } from '../checker/findings.js';
import { type PlantedBug, plantedBugs } from '../checker/model-server.js';
import { root } from '../paths.js';
import { prove, type ProveOptions } from '../prove.js';
import { allRows } from '../rows/all-rows.js';
import type { Mode } from '../topology.js';

/** The row that has to notice the bug, and by what. */
const catches: Record<PlantedBug, { readonly rows: Readonly<Record<Mode, string>>; readonly by: readonly ZeroName[] }> = {
  'ack-before-commit': { rows: { embedded: 'F01', cluster: 'F01' }, by: ['lost', 'abortedReads', 'disagreement'] },
  'forgetful-dedupe': { rows: { embedded: 'F26', cluster: 'F26' }, by: ['duplicated', 'disagreement'] },
  // The process that inserts has to die: in a cluster that is a worker.
  'confirm-before-insert': { rows: { embedded: 'F01', cluster: 'F05' }, by: ['lost'] },
};

export interface PlantReport {
  readonly bug: PlantedBug;
  readonly row: string;
  readonly isFound: boolean;
  readonly line: string;
}

/** Plants one bug after the other into the real server and sees whether the row that is there for it finds it. */
export async function findPlants(
  options: Omit<ProveOptions, 'rows' | 'nodeArgs' | 'onRow'>,
  bugs: readonly PlantedBug[] = plantedBugs,
): Promise<PlantReport[]> {
  const reports: PlantReport[] = [];
  for (const bug of bugs) {
    const { rows: rowIds, by } = catches[bug];
    const row = rowIds[options.mode];
    const rows = allRows.filter(({ id }) => id === row);
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
