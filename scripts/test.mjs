// Runs all tests, or those that the arguments (handed to Jest) name. Missing programs are named with the way to install them.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const jest = join(root, 'node_modules/jest/bin/jest.js');

/** Programs that some tests need and npm does not bring. */
const programs = [
  { name: 'redis-server', tests: 'cluster mode', install: 'apt-get install redis-server' },
  { name: 'chromium', tests: 'the pages in a real browser', install: 'apt-get install chromium' },
];

function isInstalled(name) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));
}

if (!existsSync(join(root, 'dist/src/main.js'))) {
  process.stderr.write('The tests drive the built Parley, and it is not built: run `npm run build`, or `npm test`, which does.\n');
  process.exit(1);
}

const missing = programs.filter(({ name }) => !isInstalled(name));
for (const { name, tests, install } of missing) {
  process.stderr.write(`${name} is not installed: the tests of ${tests} are left out. To run them: ${install}\n`);
}

const child = spawn(process.execPath, [jest, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 130);
});
