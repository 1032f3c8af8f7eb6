import { Batcher } from './batcher.js';

function startBatcher(sizeMax?: number) {
  const batches: number[][] = [];
  const endings: Array<{ resolve: () => void; reject: (error: Error) => void }> = [];
  const batcher = new Batcher<number>((items) => {
    batches.push(items);
    return new Promise((resolve, reject) => endings.push({ resolve, reject }));
  }, sizeMax);
  return { batcher, batches, endings };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('Batcher', () => {
  it('runs the items of one turn together, and those that arrive meanwhile as the next batch', async () => {
    const { batcher, batches, endings } = startBatcher();
    const first = [batcher.addItem(1), batcher.addItem(2)];
    await nextTurn();
    const second = [batcher.addItem(3), batcher.addItem(4)];
    await nextTurn();
    expect(batches).toEqual([[1, 2]]);
    endings[0]?.resolve();
    await Promise.all(first);
    await nextTurn();
    expect(batches).toEqual([
      [1, 2],
      [3, 4],
    ]);
    endings[1]?.resolve();
    await Promise.all(second);
  });

  it('rejects the items of a failed batch and runs the next one', async () => {
    const { batcher, batches, endings } = startBatcher();
    const failed = batcher.addItem(1);
    await nextTurn();
    const done = batcher.addItem(2);
    endings[0]?.reject(new Error('out of order'));
    await expect(failed).rejects.toThrow('out of order');
    await nextTurn();
    endings[1]?.resolve();
    await done;
    expect(batches).toEqual([[1], [2]]);
  });

  it('divides what waits into batches of at most the given size', async () => {
    const { batcher, batches, endings } = startBatcher(2);
    const all = [1, 2, 3, 4, 5].map((item) => batcher.addItem(item));
    for (let batch = 0; batch < 3; batch += 1) {
      await nextTurn();
      endings[batch]?.resolve();
    }
    await Promise.all(all);
    expect(batches).toEqual([[1, 2], [3, 4], [5]]);
  });
});
