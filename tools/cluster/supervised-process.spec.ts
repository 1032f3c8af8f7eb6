import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemEnvironment } from '#platform/config/system-environment.js';
import { SupervisedProcess, type ProcessSpec } from './supervised-process.js';

describe('a supervised process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-supervised-'));
  const starts = join(folder, 'starts');
  const output: string[] = [];
  const audience = {
    line: (name: string, text: string) => void output.push(`${name}: ${text}`),
    note: (text: string) => void output.push(text),
  };
  const opened: SupervisedProcess[] = [];

  const supervise = (script: string, options: Partial<ProcessSpec> = {}): SupervisedProcess => {
    const process = new SupervisedProcess(
      {
        name: 'one',
        program: globalThis.process.execPath,
        args: ['-e', script],
        environment: systemEnvironment(),
        directory: folder,
        stopSignal: 'SIGTERM',
        stopGraceSeconds: 5,
        isReady: () => Promise.resolve(existsSync(starts)),
        ...options,
      },
      audience,
    );
    opened.push(process);
    return process;
  };
  const started = `require('node:fs').appendFileSync('starts', 'x'); setInterval(() => undefined, 1000);`;

  beforeEach(() => {
    rmSync(starts, { force: true });
    output.length = 0;
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((process) => process.stop()));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is awaited until it is ready, and its lines carry its name', async () => {
    const process = supervise(`console.log('hello'); ${started}`);
    await process.start();
    expect(readFileSync(starts, 'utf8')).toBe('x');
    expect(output).toContain('one: hello');
    expect(await process.stop()).toBe(true);
    expect(process.pid).toBeUndefined();
  });

  it('reports its last lines when it ends before it is ready', async () => {
    await expect(supervise(`console.error('no disk'); process.exit(3)`).start()).rejects.toThrow(
      /one ended before it was ready:\s+no disk/,
    );
  });

  it('reports a missing program', async () => {
    await expect(supervise('', { program: '/absent/program' }).start()).rejects.toThrow(/ENOENT/);
  });

  it('is restarted after a kill -9, but not after a stop', async () => {
    const process = supervise(started);
    await process.start();
    const first = process.pid;
    process.signal('SIGKILL');
    while (process.pid === first || process.pid === undefined) await sleep(20);
    expect(output.join()).toContain('one ended (SIGKILL); restarting it in 1 s');
    await process.stop();
    expect(process.pid).toBeUndefined();
  });

  it('is killed when it does not stop in time, and the kill is reported', async () => {
    const process = supervise(`process.on('SIGTERM', () => undefined); ${started}`, { stopGraceSeconds: 0.2 });
    await process.start();
    expect(await process.stop()).toBe(false);
    expect(output.join()).toContain('did not stop within');
  });

  it('does not count as stopped cleanly when it exits with an error', async () => {
    const process = supervise(`process.on('SIGTERM', () => process.exit(1)); ${started}`);
    await process.start();
    expect(await process.stop()).toBe(false);
  });
});
