import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFileSync } from '@swc/core';

const root = fileURLToPath(new URL('../..', import.meta.url));
const supportFolder = join(root, 'test/support');
const builtFolder = join(root, 'dist/test/support');

/**
 * Starts what the conformance and end-to-end tests share: Postgres and Parley. Jest runs this file as plain JavaScript, without its
 * transforms, so the support files are compiled beside the build they use.
 */
export default async function globalSetup() {
  mkdirSync(builtFolder, { recursive: true });
  for (const name of readdirSync(supportFolder).filter((file) => file.endsWith('.ts'))) {
    const { code } = transformFileSync(join(supportFolder, name), { cwd: root });
    writeFileSync(join(builtFolder, name.replace(/\.ts$/, '.js')), code);
  }
  const { startEnvironment } = await import('../../dist/test/support/start-environment.js');
  globalThis.parleyTestEnvironment = await startEnvironment();
}
