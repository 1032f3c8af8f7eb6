import { WorkGate } from './work-gate.js';

function deferred() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('WorkGate', () => {
  it('runs no more than the bound at once, the others in order, and refuses what is over the queue', async () => {
    const gate = new WorkGate(1, 1, 500);
    const first = deferred();
    const log: string[] = [];
    const a = gate.run(() => first.promise.then(() => void log.push('a')));
    const b = gate.run(async () => void log.push('b'));
    await expect(gate.run(async () => undefined)).rejects.toMatchObject({ code: 'overloaded', retryAfterMs: 500 });
    expect(log).toEqual([]);
    first.resolve();
    await Promise.all([a, b]);
    expect(log).toEqual(['a', 'b']);
  });

  it('frees the place of a work that failed', async () => {
    const gate = new WorkGate(1, 0, 500);
    await expect(gate.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(gate.run(async () => 'yes')).resolves.toBe('yes');
  });
});
