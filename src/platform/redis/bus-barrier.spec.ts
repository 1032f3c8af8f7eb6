import { BusBarrier } from './bus-barrier.js';

/** Whether the promise has resolved by now. */
async function isDone(promise: Promise<void>): Promise<boolean> {
  return Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))]);
}

describe('the barrier', () => {
  it('waits for nobody when nobody else listens', async () => {
    const asked: number[] = [];
    await new BusBarrier().wait(0, 10_000, (number) => asked.push(number));
    expect(asked).toEqual([]);
  });

  it('waits for the answers of all who were heard lately, to this question', async () => {
    const barrier = new BusBarrier();
    barrier.heard('a', 0);
    barrier.heard('b', 1000);
    barrier.heard('long ago', -10_000);
    const asked: number[] = [];
    const waiting = barrier.wait(1500, 10_000, (number) => asked.push(number));
    const [number = 0] = asked;
    barrier.answered(number, 'a');
    barrier.answered(number + 1, 'b');
    expect(await isDone(waiting)).toBe(false);
    barrier.answered(number, 'b');
    expect(await isDone(waiting)).toBe(true);
  });

  it('gives up on one that does not answer', async () => {
    const barrier = new BusBarrier();
    barrier.heard('dead', 0);
    await barrier.wait(0, 5, () => undefined);
  });
});
