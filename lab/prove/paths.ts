import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder, from the sources as from the build. */
export const root = findRoot(dirname(fileURLToPath(import.meta.url)));

/** The program under test: the built entry file. */
export const entryFile = join(root, 'dist/src/main.js');

/** Where results are kept. */
export const resultsFolder = join(root, 'lab/prove/results');

/** Where the newest full run is shown to readers. */
export const publishedFolder = join(root, 'docs/operations/prove');

function findRoot(folder: string): string {
  return existsSync(join(folder, 'nest-cli.json')) ? folder : findRoot(dirname(folder));
}
