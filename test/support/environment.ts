import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import { itemAt } from './present.js';

/** The shared environment of a test run. */
const Environment = z.object({
  /** The database `postgres`, as a user who may create databases. */
  adminUrl: z.string(),
  /** The database of the Parley that the tests share. */
  databaseUrl: z.string(),
  /** Every API node: one in embedded mode, several in cluster mode. */
  serverUrls: z.array(z.string()).min(1),
  folder: z.string(),
});
export type Environment = z.infer<typeof Environment>;

/** The environment variable with the path of the environment's description. */
export const environmentFileVariable = 'PARLEY_TEST_ENVIRONMENT';

/** `embedded` (one process) or `cluster` (several nodes on Redis). */
export function testMode(): string {
  return process.env.PARLEY_TEST_MODE ?? 'embedded';
}

/** What `start-environment.ts` started for this run. Throws outside a test run. */
export function environment(): Environment {
  const file = process.env[environmentFileVariable];
  if (file === undefined) throw new Error('no shared environment: run the tests through `npm test` or `npx jest`');
  return Environment.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** The folder for temporary files of the run; the system's own until the environment has started. */
export function temporaryFolder(): string {
  const file = process.env[environmentFileVariable];
  return file === undefined ? tmpdir() : dirname(file);
}

let turn = 0;

/** The API nodes of this run. */
export function serverUrls(): readonly string[] {
  return environment().serverUrls;
}

/** The nodes in turn, so that a test's clients are spread over all of them. */
export function nextServerUrl(): string {
  const urls = serverUrls();
  turn += 1;
  return itemAt(urls, turn % urls.length);
}
