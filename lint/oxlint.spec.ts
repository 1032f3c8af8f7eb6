import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const lines = (count: number): string => Array.from({ length: count }, (_, index) => `  sum += ${index};`).join('\n');

/** Each file breaks one rule that this repository depends on. */
const breaks: Readonly<Record<string, { readonly rule: string; readonly text: string }>> = {
  'any.ts': { rule: 'no-explicit-any', text: 'export const value: any = 1;' },
  'non-null.ts': { rule: 'no-non-null-assertion', text: 'export const first = (list: string[]): string => list[0]!;' },
  'floating.ts': {
    rule: 'no-floating-promises',
    text: 'const work = async (): Promise<void> => {};\nexport function start(): void {\n  work();\n}',
  },
  'switch.ts': {
    rule: 'switch-exhaustiveness-check',
    text: "export function name(kind: 'a' | 'b'): string {\n  switch (kind) {\n    case 'a':\n      return 'A';\n  }\n  return '';\n}",
  },
  'throw.ts': { rule: 'only-throw-error', text: "export function fail(): never {\n  throw 'no';\n}" },
  'console.ts': { rule: 'no-console', text: "export const say = (): void => console.log('x');" },
  'long-file.ts': { rule: 'max-lines', text: `${'// words\n'.repeat(301)}export const one = 1;` },
  'long-function.ts': {
    rule: 'max-lines-per-function',
    text: `export function total(): number {\n  let sum = 0;\n${lines(40)}\n  return sum;\n}`,
  },
  'default.ts': { rule: 'no-default-export', text: 'export default 1;' },
  'todo.ts': { rule: 'no-warning-comments', text: '// TODO later\nexport const one = 1;' },
  'builtin.ts': { rule: 'prefer-node-protocol', text: "import { join } from 'path';\nexport const here = join('.');" },
  'focused.spec.ts': { rule: 'no-focused-tests', text: "it.only('one', () => {});" },
};

describe('oxlint', () => {
  const repository = resolve('.');
  const folder = mkdtempSync(join(tmpdir(), 'parley-oxlint-'));
  const output = lint();

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function lint(): string[] {
    const files = Object.keys(breaks);
    for (const [path, { text }] of Object.entries(breaks)) writeFileSync(join(folder, path), `${text}\n`);
    const compilerOptions = { strict: true, module: 'nodenext', target: 'es2022', noEmit: true, types: [] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    const args = [
      join(repository, 'node_modules/oxlint/bin/oxlint'),
      '--type-aware',
      '--format',
      'unix',
      '--config',
      join(repository, '.oxlintrc.json'),
      ...files,
    ];
    // The type-aware part is looked up beside the checked code, which is outside of the repository here.
    const env = { ...process.env, OXLINT_TSGOLINT_PATH: join(repository, 'node_modules/.bin/tsgolint') };
    const { stdout, error } = spawnSync(process.execPath, args, {
      cwd: folder,
      env,
      encoding: 'utf8',
      timeout: 20_000,
      killSignal: 'SIGKILL',
    });
    if (error) throw error;
    return stdout.split('\n');
  }

  it.each(Object.entries(breaks))('refuses %s', (path, { rule }) => {
    expect(output.filter((line) => line.startsWith(`${path}:`)).join('\n')).toContain(`(${rule})`);
  });
});
