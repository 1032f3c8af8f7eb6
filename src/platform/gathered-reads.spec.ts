import { itemAt } from '../../test/support/present.js';
import { GatheredReads } from './gathered-reads.js';

describe('gathered reads', () => {
  it('answer each with its own value, and all of one moment with one read', async () => {
    const asked: number[][] = [];
    const reads = new GatheredReads<number, string>((keys) => {
      asked.push([...keys]);
      return Promise.resolve(new Map(keys.filter((key) => key !== 3).map((key) => [key, `value ${key}`])));
    });
    expect(await Promise.all([1, 2, 3, 2].map((key) => reads.get(key)))).toEqual(['value 1', 'value 2', undefined, 'value 2']);
    expect(asked).toEqual([[1, 2, 3]]);
  });

  it('begin after they were asked for: what comes during a read goes into the next', async () => {
    let stored = 'old';
    const releases: Array<() => void> = [];
    const reads = new GatheredReads<number, string>(async (keys) => {
      const value = stored;
      await new Promise<void>((resolve) => releases.push(resolve));
      return new Map(keys.map((key) => [key, value]));
    });
    const first = reads.get(1);
    await Promise.resolve();
    stored = 'new';
    const later = [reads.get(1), reads.get(2)];
    releases.shift()?.();
    expect(await first).toBe('old');
    releases.shift()?.();
    expect(await Promise.all(later)).toEqual(['new', 'new']);
  });

  it('fail together, and go on', async () => {
    let isBroken = true;
    const reads = new GatheredReads<number, number>((keys) =>
      isBroken ? Promise.reject(new Error('no answer')) : Promise.resolve(new Map(keys.map((key) => [key, key]))),
    );
    const results = await Promise.allSettled([reads.get(1), reads.get(2)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    isBroken = false;
    expect(await reads.get(3)).toBe(3);
  });

  it('ask for no more than 500 keys at once', async () => {
    const sizes: number[] = [];
    const reads = new GatheredReads<number, number>((keys) => {
      sizes.push(keys.length);
      return Promise.resolve(new Map());
    });
    await Promise.all(Array.from({ length: 1200 }, (_, key) => reads.get(key)));
    expect(sizes).toEqual([500, 500, 200]);
  });

  it('ask for many keys as one, in parts when they are too many, and for none not at all', async () => {
    const asked: number[][] = [];
    const reads = new GatheredReads<number, number>((keys) => {
      asked.push([...keys]);
      return Promise.resolve(new Map(keys.map((key) => [key, key])));
    });
    const [some, others, many] = await Promise.all([
      reads.getAll([1, 2]),
      reads.getAll([2, 3]),
      reads.getAll(Array.from({ length: 700 }, (_, key) => key)),
      reads.getAll([]),
    ]);
    expect([some.get(1), some.get(2), others.get(3), others.get(800)]).toEqual([1, 2, 3, undefined]);
    expect(many.size).toBeGreaterThanOrEqual(700);
    expect(asked.map((keys) => keys.length)).toEqual([500, 200]);
  });

  it('ask for no more at once than the keys weigh, and for one that weighs more alone', async () => {
    const asked: number[][] = [];
    const read = (keys: readonly number[]) => {
      asked.push([...keys]);
      return Promise.resolve(new Map<number, number>());
    };
    const reads = new GatheredReads<number, number>(read, { weigh: (key) => key });
    await Promise.all([...[200, 300, 1, 900].map((key) => reads.get(key)), reads.getAll([400, 101])]);
    expect(asked).toEqual([[200, 300], [1], [900], [400], [101]]);
  });

  it('keep the time that they are to be apart, but for the first and for full ones', async () => {
    const asked: Array<{ at: number; keys: number }> = [];
    const read = (keys: readonly number[]) => {
      asked.push({ at: performance.now(), keys: keys.length });
      return Promise.resolve(new Map<number, number>());
    };
    const reads = new GatheredReads<number, number>(read, { apartMs: 200 });
    const begin = performance.now();
    await reads.get(0);
    const crowd = Array.from({ length: 10 }, async (_, key) => {
      await Promise.resolve();
      await reads.get(key);
    });
    await Promise.all(crowd);
    expect(asked.map(({ keys }) => keys)).toEqual([1, 10]);
    expect(itemAt(asked, 0).at - begin).toBeLessThan(100);
    expect(itemAt(asked, 1).at - itemAt(asked, 0).at).toBeGreaterThanOrEqual(195);
    const few = reads.get(0);
    const many = reads.getAll(Array.from({ length: 500 }, (_, key) => key));
    await Promise.all([few, many]);
    expect(itemAt(asked, 2)).toMatchObject({ keys: 500 });
    expect(itemAt(asked, 2).at - itemAt(asked, 1).at).toBeLessThan(100);
  });
});
