import { KeyedMutex } from './keyed-mutex.js';

const later = () => new Promise((resolve) => setImmediate(resolve));

describe('KeyedMutex', () => {
  it('runs the work of one key one call after the other, in the order of the calls', async () => {
    const mutex = new KeyedMutex({ runningMax: 10, waitingMax: 100 });
    const seen: string[] = [];
    const work = (name: string) => async () => {
      seen.push(`${name} starts`);
      await later();
      seen.push(`${name} ends`);
    };
    await Promise.all(['a', 'b', 'c'].map((name) => mutex.runExclusive('key', work(name))));
    expect(seen).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
  });

  it('limits how many keys run at once, and a hot key does not delay another one', async () => {
    const mutex = new KeyedMutex({ runningMax: 2, waitingMax: 100 });
    let running = 0;
    let most = 0;
    const order: string[] = [];
    const work = (name: string) => async () => {
      most = Math.max(most, ++running);
      await later();
      running -= 1;
      order.push(name);
    };
    await Promise.all([
      ...['h1', 'h2', 'h3', 'h4'].map((name) => mutex.runExclusive('hot', work(name))),
      mutex.runExclusive('cold', work('cold')),
    ]);
    expect(most).toBe(2);
    expect(order.indexOf('cold')).toBeLessThan(order.indexOf('h2'));
  });

  it('continues after failed work, and refuses a call with `overloaded` when too many wait', async () => {
    const mutex = new KeyedMutex({ runningMax: 1, waitingMax: 1 });
    const failed = mutex.runExclusive('key', () => Promise.reject(new Error('boom')));
    const second = mutex.runExclusive('key', () => Promise.resolve('second'));
    await expect(mutex.runExclusive('key', () => Promise.resolve('third'))).rejects.toMatchObject({ code: 'overloaded' });
    await expect(failed).rejects.toThrow('boom');
    await expect(second).resolves.toBe('second');
  });
});
