// Runs all tests, or those selected by the arguments, which go to Jest: first everything with Parley as one process, then the
// end-to-end tests again with two API nodes and two workers on Redis. PARLEY_TEST_MODE=embedded or =cluster runs only one of the
// two. Missing programs are reported with a way to install them.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const jest = join(root, 'node_modules/jest/bin/jest.js');

/** Programs that some tests need and npm cannot install. Any of the names is enough. */
const programs = [
  {
    names: ['redis-server', 'valkey-server'],
    tests: 'cluster mode',
    install: 'apt-get install redis-server',
    specs: ['redis-[a-z-]+', '[a-z-]+\\.redis[a-z-]*', 'processes', 'without-postgres'],
  },
  {
    names: ['chromium'],
    path: process.env.CHROMIUM_PATH,
    tests: 'the pages in a real browser',
    install: 'apt-get install chromium',
    specs: ['browser'],
  },
  {
    names: ['haproxy'],
    folders: ['/usr/sbin', '/usr/local/sbin'],
    tests: 'the load balancer',
    install: 'apt-get install haproxy',
    specs: ['client-address', 'haproxy-accepts-config'],
  },
];

/** These tests start their own Parley as one process, so they do not depend on the mode; `any-input` tries inputs, which both modes parse alike. */
const runOnce = [
  'external-identity',
  'live-without-worker',
  'no-loss',
  'process',
  'processes',
  'plans',
  'browser',
  'without-postgres',
  'restore',
  'client-address',
  'tour',
  'any-input',
];

function isInstalled({ names, path, folders: moreFolders = [] }) {
  if (path !== undefined) return existsSync(path);
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...moreFolders];
  return names.some((name) => folders.some((folder) => existsSync(join(folder, name))));
}

if (!existsSync(join(root, 'dist/src/main.js'))) {
  process.stderr.write('The tests need the built Parley: run `npm run build` first, or `npm test`, which builds it.\n');
  process.exit(1);
}

for (const program of programs.filter((one) => !isInstalled(one))) {
  const { names, tests, install } = program;
  process.stderr.write(`${names.join(' or ')} is not installed: the tests of ${tests} are skipped. To run them: ${install}\n`);
}

const given = process.argv.slice(2);

/** The arguments that skip a spec file. */
function ignore(name) {
  return ['--testPathIgnorePatterns', `/${name}\\.spec\\.ts$`];
}

/** The runs, each with its mode and its arguments for Jest. */
function runs() {
  const leftOut = programs.filter((one) => !isInstalled(one)).flatMap(({ specs }) => specs);
  const embedded = { mode: 'embedded', args: [...given, ...leftOut.flatMap(ignore)] };
  const ignored = runOnce.flatMap(ignore);
  const cluster = { mode: 'cluster', args: ['--selectProjects=e2e', '--passWithNoTests', ...given, ...ignored] };
  const wanted = process.env.PARLEY_TEST_MODE;
  if (wanted !== undefined) return [wanted === 'cluster' ? cluster : { ...embedded, mode: wanted }];
  const isOther = given.some((arg) => arg.startsWith('--selectProjects') && !arg.includes('e2e'));
  return isOther || !isInstalled(programs[0]) ? [embedded] : [embedded, cluster];
}

let child;
let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    isStopping = true;
    child?.kill(signal);
  });
}

/** Resolves to Jest's exit code. */
function run({ mode, args }) {
  process.stderr.write(`\nParley ${mode === 'cluster' ? 'as two API nodes and two workers on Redis' : 'as one process'}\n`);
  return new Promise((resolve) => {
    const env = { ...process.env, PARLEY_TEST_MODE: mode };
    child = spawn(process.execPath, [jest, ...args], { cwd: root, stdio: 'inherit', env });
    child.on('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 130)));
  });
}

for (const one of runs()) {
  const code = isStopping ? 130 : await run(one);
  // The second run starts even if the first fails, because both results matter.
  if (code !== 0) process.exitCode = code;
}
