import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { choosePorts } from './ports.js';
import { forgetRun, noteRun, refuseSecondRun } from './run-file.js';

describe('the run file of a cluster', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-run-'));
  const file = join(folder, 'running.json');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('refuses a start while processes of another run use the data, and names them', () => {
    noteRun(file, [{ name: 'redis', pid: process.pid, program: process.execPath }]);
    expect(() => refuseSecondRun(file)).toThrow(`kill ${process.pid}`);
  });

  it('ignores a foreign process that got a reused process id', () => {
    noteRun(file, [{ name: 'redis', pid: process.pid, program: '/usr/bin/redis-server-of-long-ago' }]);
    if (process.platform === 'linux') expect(() => refuseSecondRun(file)).not.toThrow();
  });

  it('allows a start when no process of the earlier run is left', () => {
    forgetRun(file);
    expect(() => refuseSecondRun(file)).not.toThrow();
  });

  it('keeps the chosen ports and never chooses one twice', async () => {
    const ports = join(folder, 'ports.json');
    const first = await choosePorts(ports, ['a', 'b']);
    const second = await choosePorts(ports, ['a', 'b', 'c']);
    expect(second).toMatchObject(first);
    expect(new Set(Object.values(second)).size).toBe(3);
  });
});
