import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { publishedFolder } from './paths.js';
import { publishedPage, withRowsAgain } from './published-page.js';
import type { RunReport } from './report.js';
import type { Mode } from './topology.js';

const modes: readonly Mode[] = ['cluster', 'embedded'];

/** Writes a full run to docs/operations/prove and makes its page anew, from the newest run of each mode. With `isPart` its rows take the place of the published ones. */
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
