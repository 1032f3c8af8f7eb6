import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from '../support/paths.js';
import { publishedPage, withRowsAgain } from './published-page.js';
import type { RunReport } from './report.js';
import type { Mode } from './topology.js';

/** The folder of the published results, in the repository. */
export const publishedPath = 'docs/operations/prove';

const publishedFolder = join(root, publishedPath);
const modes: readonly Mode[] = ['cluster', 'embedded'];

/** Publishes a full run and rewrites the page from the latest run of each mode. With `isPart`, the run replaces only its rows of the published run. */
export async function publish(report: RunReport, { isPart }: { isPart: boolean }): Promise<void> {
  mkdirSync(publishedFolder, { recursive: true });
  const [published] = isPart ? readPublished(report.mode) : [];
  const whole = published === undefined ? report : withRowsAgain(published, report);
  writeFileSync(fileOf(report.mode), `${JSON.stringify(whole, null, 2)}\n`);
  const page = join(publishedFolder, 'README.md');
  const options = await resolveConfig(page);
  writeFileSync(page, await format(publishedPage(modes.flatMap(readPublished)), { ...options, parser: 'markdown' }));
}

function readPublished(mode: Mode): RunReport[] {
  try {
    const report: RunReport = JSON.parse(readFileSync(fileOf(mode), 'utf8'));
    return [report];
  } catch {
    return [];
  }
}

function fileOf(mode: Mode): string {
  return join(publishedFolder, `${mode}-full.json`);
}
