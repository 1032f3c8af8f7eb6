import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choosePorts } from './ports.js';
import { forgetRun, noteRun, refuseSecondRun } from './run-file.js';

describe('what a cluster remembers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-run-'));
  const file = join(folder, 'running.json');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('refuses data that processes of another run still use, and names them', () => {
    noteRun(file, [{ name: 'redis', pid: process.pid, program: process.execPath }]);
    expect(() => refuseSecondRun(file)).toThrow(`kill ${process.pid}`);
  });

  it('takes no stranger for one of them whose number was given out again', () => {
    noteRun(file, [{ name: 'redis', pid: process.pid, program: '/usr/bin/redis-server-of-long-ago' }]);
    if (process.platform === 'linux') expect(() => refuseSecondRun(file)).not.toThrow();
  });

  it('starts when nothing runs any more', () => {
    forgetRun(file);
    expect(() => refuseSecondRun(file)).not.toThrow();
  });

  it('keeps the ports it chose, and gives none twice', async () => {
    const ports = join(folder, 'ports.json');
    const first = await choosePorts(ports, ['a', 'b']);
    const second = await choosePorts(ports, ['a', 'b', 'c']);
    expect(second).toMatchObject(first);
    expect(new Set(Object.values(second)).size).toBe(3);
  });
});
