import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository, whether this file runs from the sources or from the build. */
export const root = findRoot(dirname(fileURLToPath(import.meta.url)));

/** The server under test: the entry file of the build. */
export const serverProgram = join(root, 'dist/src/main.js');

/** The built file of a lab program, for example `builtProgram('prove/plants/take-memory')`. */
export function builtProgram(name: string): string {
  return join(root, 'dist/lab', `${name}.js`);
}

function findRoot(folder: string): string {
  return existsSync(join(folder, 'nest-cli.json')) ? folder : findRoot(dirname(folder));
}
