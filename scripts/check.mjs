// Runs every static check in parallel: types, lint, module map, unused code, own rules, format, generated documents. Exits with 1 if one fails.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiled = join(root, 'node_modules/.cache/parley-check');
/** The subpath imports of package.json, for a build in another folder than `dist`. */
const builtImports = { '#contracts/*': './contracts/*', '#platform/*': './src/platform/*' };
const tool = (path) => join(root, 'node_modules', path);

const folders = ['contracts', 'src', 'tools', 'lab', 'lint', 'test'].filter((folder) => existsSync(join(root, folder)));

const compile = {
  name: 'compile',
  args: [
    tool('@swc/cli/bin/swc.js'),
    'contracts',
    'src',
    'tools',
    'lint',
    '--quiet',
    '--config-file',
    '.swcrc',
    '--ignore',
    '**/*.spec.ts',
    '-d',
    compiled,
  ],
};

/** The longest checks come first, so that short ones fill the gaps. */
const checks = [
  { name: 'types', args: [tool('typescript/bin/tsc'), '--noEmit', '--pretty', 'false'] },
  {
    name: 'format',
    args: [
      tool('prettier/bin/prettier.cjs'),
      '--check',
      '--log-level',
      'warn',
      '--cache',
      '--cache-location',
      'node_modules/.cache/parley-check-format',
      '.',
    ],
  },
  { name: 'oxlint', args: [tool('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings', '--format', 'unix', '.'] },
  { name: 'module map', args: [tool('dependency-cruiser/bin/dependency-cruise.mjs'), '--config', '.dependency-cruiser.cjs', ...folders] },
  { name: 'unused code', args: [tool('knip/bin/knip.js')] },
  { name: 'own rules', args: [join(compiled, 'lint/main.js')], needsCompiled: true },
  { name: 'generated', args: [join(compiled, 'tools/generate/main.js'), '--check'], needsCompiled: true },
];

/** Runs one check; resolves to its exit code, output and time in seconds. Never rejects. */
function run({ name, args }) {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    const finish = (code) =>
      resolve({ name, code, output: Buffer.concat(output).toString().trim(), seconds: (performance.now() - startedAt) / 1000 });
    child.on('error', (error) => {
      output.push(Buffer.from(String(error)));
      finish(1);
    });
    child.on('close', (code) => finish(code ?? 1));
  });
}

function report({ name, code, output, seconds }) {
  process.stdout.write(`${code === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(12)} ${seconds.toFixed(1).padStart(5)} s\n`);
  if (code !== 0) process.stdout.write(`${output.replace(/^/gm, '     ')}\n`);
}

async function runAll(pending, workers) {
  const failed = [];
  const next = async () => {
    for (let check = pending.shift(); check !== undefined; check = pending.shift()) {
      if (check.needsCompiled) await ready;
      const result = await run(check);
      report(result);
      if (result.code !== 0) failed.push(result.name);
    }
  };
  await Promise.all(Array.from({ length: workers }, next));
  return failed;
}

async function compileTools() {
  await rm(compiled, { recursive: true, force: true });
  await mkdir(compiled, { recursive: true });
  await writeFile(join(compiled, 'package.json'), JSON.stringify({ type: 'module', imports: builtImports }));
  const result = await run(compile);
  if (result.code !== 0) report(result);
}

const startedAt = performance.now();
const ready = compileTools();
const failed = await runAll([...checks], Math.max(2, Math.min(4, availableParallelism())));
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
process.stdout.write(failed.length === 0 ? `all checks hold (${seconds} s)\n` : `failed: ${failed.join(', ')} (${seconds} s)\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
