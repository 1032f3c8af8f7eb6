import { existsSync, readFileSync } from 'node:fs';

const items = readFileSync('docs/protocol/guarantees.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('- '));

test('each guarantee names an existing test', () => {
  expect(items.length).toBeGreaterThan(100);
  expect(items.filter((item) => !namesATest(item))).toEqual([]);
});

test('a guarantee with a test that does not exist is found', () => {
  const [item = ''] = items;
  expect(namesATest(item)).toBe(true);
  expect(namesATest(item.replace(/: "/, ': "there is no such test: '))).toBe(false);
  expect(namesATest(item.replaceAll('.spec.ts', '-gone.spec.ts'))).toBe(false);
  expect(namesATest('- A promise without a test.')).toBe(false);
});

/** Whether an item ends with a link to a test file and the names of tests in it. */
function namesATest(item: string): boolean {
  const [, file = '', names = ''] = /\[([^\]]+\.spec\.ts)\]\(\.\.\/\.\.\/\1\): (.+)$/.exec(item) ?? [];
  if (!existsSync(file)) return false;
  const source = readFileSync(file, 'utf8').replaceAll(String.raw`\'`, "'");
  const quoted = [...names.matchAll(/"([^"]+)"/g)].map(([, name]) => name ?? '');
  return quoted.length > 0 && quoted.every((name) => source.includes(name));
}
