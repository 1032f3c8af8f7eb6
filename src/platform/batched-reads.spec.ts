import { itemAt } from '../../test/support/present.js';
import { BatchedReads } from './batched-reads.js';

describe('BatchedReads', () => {
  it('answers each caller with its own value, and all callers of one moment with one read', async () => {
    const asked: number[][] = [];
    const reads = new BatchedReads<number, string>((keys) => {
      asked.push([...keys]);
      return Promise.resolve(new Map(keys.filter((key) => key !== 3).map((key) => [key, `value ${key}`])));
    });
    expect(await Promise.all([1, 2, 3, 2].map((key) => reads.readOne(key)))).toEqual(['value 1', 'value 2', undefined, 'value 2']);
    expect(asked).toEqual([[1, 2, 3]]);
  });

  it('never starts a read before the calls that it answers: calls during a read share the next one', async () => {
    let stored = 'old';
    const releases: Array<() => void> = [];
    const reads = new BatchedReads<number, string>(async (keys) => {
      const value = stored;
      await new Promise<void>((resolve) => releases.push(resolve));
      return new Map(keys.map((key) => [key, value]));
    });
    const first = reads.readOne(1);
    await Promise.resolve();
    stored = 'new';
    const later = [reads.readOne(1), reads.readOne(2)];
    releases.shift()?.();
    expect(await first).toBe('old');
    releases.shift()?.();
    expect(await Promise.all(later)).toEqual(['new', 'new']);
  });

  it('rejects all calls of a failed read, and reads again for later calls', async () => {
    let isBroken = true;
    const reads = new BatchedReads<number, number>((keys) =>
      isBroken ? Promise.reject(new Error('no answer')) : Promise.resolve(new Map(keys.map((key) => [key, key]))),
    );
    const results = await Promise.allSettled([reads.readOne(1), reads.readOne(2)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isBroken = false;
    expect(await reads.readOne(3)).toBe(3);
  });

  it('reads at most 500 keys at once', async () => {
    const sizes: number[] = [];
    const reads = new BatchedReads<number, number>((keys) => {
      sizes.push(keys.length);
      return Promise.resolve(new Map());
    });
    await Promise.all(Array.from({ length: 1200 }, (_, key) => reads.readOne(key)));
    expect(sizes).toEqual([500, 500, 200]);
  });

  it('reads the keys of one call together, in parts when there are too many, and not at all when there are none', async () => {
    const asked: number[][] = [];
    const reads = new BatchedReads<number, number>((keys) => {
      asked.push([...keys]);
      return Promise.resolve(new Map(keys.map((key) => [key, key])));
    });
    const [some, others, many] = await Promise.all([
      reads.readMany([1, 2]),
      reads.readMany([2, 3]),
      reads.readMany(Array.from({ length: 700 }, (_, key) => key)),
      reads.readMany([]),
    ]);
    expect([some.get(1), some.get(2), others.get(3), others.get(800)]).toEqual([1, 2, 3, undefined]);
    expect(many.size).toBeGreaterThanOrEqual(700);
    expect(asked.map((keys) => keys.length)).toEqual([500, 200]);
  });

  it('limits a read by the weight of its keys, and reads a key above the limit alone', async () => {
    const asked: number[][] = [];
    const read = (keys: readonly number[]) => {
      asked.push([...keys]);
      return Promise.resolve(new Map<number, number>());
    };
    const reads = new BatchedReads<number, number>(read, { weightOfKey: (key) => key });
    await Promise.all([...[200, 300, 1, 900].map((key) => reads.readOne(key)), reads.readMany([400, 101])]);
    expect(asked).toEqual([[200, 300], [1], [900], [400], [101]]);
  });

  it('keeps the interval between reads, except for the first read and for full ones', async () => {
    const asked: Array<{ at: number; keys: number }> = [];
    const read = (keys: readonly number[]) => {
      asked.push({ at: performance.now(), keys: keys.length });
      return Promise.resolve(new Map<number, number>());
    };
    const reads = new BatchedReads<number, number>(read, { intervalMs: 200 });
    const begin = performance.now();
    await reads.readOne(0);
    const crowd = Array.from({ length: 10 }, async (_, key) => {
      await Promise.resolve();
      await reads.readOne(key);
    });
    await Promise.all(crowd);
    expect(asked.map(({ keys }) => keys)).toEqual([1, 10]);
    expect(itemAt(asked, 0).at - begin).toBeLessThan(100);
    expect(itemAt(asked, 1).at - itemAt(asked, 0).at).toBeGreaterThanOrEqual(195);
    const few = reads.readOne(0);
    const many = reads.readMany(Array.from({ length: 500 }, (_, key) => key));
    await Promise.all([few, many]);
    expect(itemAt(asked, 2)).toMatchObject({ keys: 500 });
    expect(itemAt(asked, 2).at - itemAt(asked, 1).at).toBeLessThan(100);
  });
});
