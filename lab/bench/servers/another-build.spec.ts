import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contender, Scenario } from '../scenario.js';
import { againstBuild, parleyProgram } from './another-build.js';
import { names } from '../report/goals.js';

const opened: string[] = [];
const contender = (name: string): Contender => ({
  name,
  open: async () => {
    await Promise.resolve();
    opened.push(parleyProgram());
    return () => Promise.resolve({});
  },
});
const scenario: Scenario = {
  id: 'W0',
  summary: 'a test',
  mainFigure: 'figure',
  reference: names.socketio,
  columns: [],
  contenders: [contender(names.socketio), contender(names.embedded)],
};

test('the other build is measured first, as the reference, and each contender starts its own program', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-other-'));
  mkdirSync(join(folder, 'dist/src'), { recursive: true });
  writeFileSync(join(folder, 'dist/src/main.js'), '');
  const { contenders, reference } = againstBuild(scenario, folder);
  expect(contenders.map(({ name }) => name)).toEqual([`${names.embedded}, other build`, names.embedded]);
  expect(reference).toBe(contenders[0]?.name);
  const options = { seconds: 1, warmUpMs: 0, isQuick: true, scale: 1, profileFolder: null };
  await Promise.all(contenders.map(({ open }) => open(options, () => undefined)));
  expect(opened).toEqual([join(folder, 'dist/src/main.js'), parleyProgram()]);
  rmSync(folder, { recursive: true });
});

test('a checkout that is not built is refused', () => {
  expect(() => againstBuild(scenario, join(tmpdir(), 'parley-none'))).toThrow('npm run build');
});
