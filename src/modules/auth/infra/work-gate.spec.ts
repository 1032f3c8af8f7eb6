import { WorkGate } from './work-gate.js';

function deferred() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('WorkGate', () => {
  it('runs at most the allowed number at once, the others in order, and refuses tasks beyond the queue', async () => {
    const gate = new WorkGate(1, 1, 500);
    const first = deferred();
    const log: string[] = [];
    const a = gate.runTask(() => first.promise.then(() => void log.push('a')));
    const b = gate.runTask(async () => void log.push('b'));
    await expect(gate.runTask(async () => undefined)).rejects.toMatchObject({ code: 'overloaded', retryAfterMs: 500 });
    expect(log).toEqual([]);
    first.resolve();
    await Promise.all([a, b]);
    expect(log).toEqual(['a', 'b']);
  });

  it('frees the place of a failed task', async () => {
    const gate = new WorkGate(1, 0, 500);
    await expect(gate.runTask(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(gate.runTask(async () => 'yes')).resolves.toBe('yes');
  });
});
