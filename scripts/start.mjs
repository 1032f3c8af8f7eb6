// Builds and starts Parley in this process, so that only Parley gets a Ctrl-C and its exit code becomes that of the command. `npm start`
// uses `exec`, because a shell in between would also die of Ctrl-C. On systems without such a shell, like Windows: `node scripts/start.mjs`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const nest = fileURLToPath(new URL('../node_modules/@nestjs/cli/bin/nest.js', import.meta.url));

const build = spawnSync(process.execPath, [nest, 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
if (build.status !== 0) process.exit(build.status ?? 1);
await import('../dist/src/main.js');
