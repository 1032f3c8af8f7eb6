// Builds and starts Parley in one process, so that Ctrl-C reaches it alone and its exit code is the command's (`npm start` runs it with
// `exec`: a shell in between would die of Ctrl-C itself). Where there is no such shell, as on Windows: `node scripts/start.mjs`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const nest = fileURLToPath(new URL('../node_modules/@nestjs/cli/bin/nest.js', import.meta.url));

const build = spawnSync(process.execPath, [nest, 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
if (build.status !== 0) process.exit(build.status ?? 1);
await import('../dist/src/main.js');
