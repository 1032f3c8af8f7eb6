import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { root } from '../../support/paths.js';
import { errorMessage } from '../../support/error-message.js';

const Figures = z.record(z.string(), z.number().nullable()).readonly();

/** The parts of a result file that a comparison needs. */
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

const folder = join(root, 'lab/bench/results');

/** The committed result of the latest complete run, and the result of the latest other run, which git ignores. */
export const resultFolders = { latest: join(folder, 'latest'), partial: join(folder, 'partial') } as const;

/** The result that `--compare` compares with by default. */
export const latestFile = join(resultFolders.latest, 'result.json');

/** Reads a result file. Throws with its path if it is not a result. */
export async function readResult(path: string): Promise<BenchResult> {
  try {
    return BenchResult.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new Error(`${path} is not a benchmark result: ${errorMessage(error)}`, { cause: error });
  }
}
