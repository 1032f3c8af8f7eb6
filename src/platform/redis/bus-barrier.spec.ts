import { BusBarrier } from './bus-barrier.js';

/** Whether the promise has resolved by now. */
async function isDone(promise: Promise<void>): Promise<boolean> {
  return Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))]);
}

describe('BusBarrier', () => {
  it('does not wait when no other node listens', async () => {
    const asked: number[] = [];
    await new BusBarrier().awaitAnswers(0, 10_000, (number) => asked.push(number));
    expect(asked).toEqual([]);
  });

  it('waits until all recently heard nodes have answered this question', async () => {
    const barrier = new BusBarrier();
    barrier.notePeer('a', 0);
    barrier.notePeer('b', 1000);
    barrier.notePeer('long ago', -10_000);
    const asked: number[] = [];
    const waiting = barrier.awaitAnswers(1500, 10_000, (number) => asked.push(number));
    const [number = 0] = asked;
    barrier.noteAnswer(number, 'a');
    barrier.noteAnswer(number + 1, 'b');
    expect(await isDone(waiting)).toBe(false);
    barrier.noteAnswer(number, 'b');
    expect(await isDone(waiting)).toBe(true);
  });

  it('gives up on a node that does not answer', async () => {
    const barrier = new BusBarrier();
    barrier.notePeer('dead', 0);
    await barrier.awaitAnswers(0, 5, () => undefined);
  });
});
