import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { MachineFacts } from '../../support/machine.js';

const Figures = z.record(z.string(), z.number().nullable()).readonly();

/** What a run found, as it is written and read back. */
export const BenchResult = z.object({
  machine: z.object({ at: z.string(), commit: z.string().nullable(), cores: z.int(), processor: z.string() }),
  scenarios: z.array(
    z.object({
      id: z.string(),
      mainFigure: z.string(),
      isLessBetter: z.boolean(),
      contenders: z.array(z.object({ name: z.string(), median: Figures, ratio: z.number().nullable() })),
    }),
  ),
});
export type BenchResult = z.infer<typeof BenchResult>;

const folder = fileURLToPath(new URL('../../../../lab/bench/results/', import.meta.url));

/** The result that is committed as the latest. */
export const latestFile = join(folder, 'latest.json');

/** Where a run of this commit is kept. */
export function resultFolder({ at, commit, isModified }: MachineFacts): string {
  const name = `${at.slice(0, 10)}-${(commit ?? 'unknown').slice(0, 7)}${isModified === true ? '-modified' : ''}`;
  return join(folder, name);
}

/** Reads a result. Throws with the path when it is none. */
export async function readResult(path: string): Promise<BenchResult> {
  try {
    return BenchResult.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new Error(`${path} is no result to compare with: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
