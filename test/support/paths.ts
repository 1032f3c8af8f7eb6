import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository, whether run from the sources or the build. */
export const root = findRoot(dirname(fileURLToPath(import.meta.url)));

/** The program under test: the built entry file. */
export const entryFile = join(root, 'dist/src/main.js');

function findRoot(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : findRoot(dirname(folder));
}
