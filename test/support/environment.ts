import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import { itemAt } from './present.js';

/** What the shared environment of a test run consists of. */
const Environment = z.object({
  /** Postgres' own database, as the user who may create others. */
  adminUrl: z.string(),
  /** Every API node: one in embedded mode, several in cluster mode. */
  serverUrls: z.array(z.string()).min(1),
  folder: z.string(),
});
export type Environment = z.infer<typeof Environment>;

/** Names the variable that holds the path of the environment's description. */
export const environmentFileVariable = 'PARLEY_TEST_ENVIRONMENT';

/** `embedded` (one process) or `cluster` (several nodes on Redis). */
export function testMode(): string {
  return process.env.PARLEY_TEST_MODE ?? 'embedded';
}

/** What `start-environment.ts` started for this run. */
export function environment(): Environment {
  const file = process.env[environmentFileVariable];
  if (file === undefined) throw new Error('no shared environment: run the tests through `npm test` or `npx jest`');
  return Environment.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** Where the run keeps its temporary files: the environment's folder, or the system's while there is none yet. */
export function temporaryFolder(): string {
  const file = process.env[environmentFileVariable];
  return file === undefined ? tmpdir() : dirname(file);
}

let turn = 0;

/** The API nodes of this run. */
export function serverUrls(): readonly string[] {
  return environment().serverUrls;
}

/** One of the nodes, each in its turn, so that a test's clients are spread over all of them. */
export function nextServerUrl(): string {
  const urls = serverUrls();
  turn += 1;
  return itemAt(urls, turn % urls.length);
}
