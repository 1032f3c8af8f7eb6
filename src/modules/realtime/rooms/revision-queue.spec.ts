import fc from 'fast-check';
import { RevisionQueue } from './revision-queue.js';

describe('RevisionQueue', () => {
  it('runs events in the order of their revisions, whatever order they arrive in', () => {
    const revs = Array.from({ length: 30 }, (_, index) => index + 4);
    fc.assert(
      fc.property(fc.shuffledSubarray(revs, { minLength: revs.length }), (arriving) => {
        const emitted: number[] = [];
        const queue = new RevisionQueue(3);
        for (const rev of arriving) queue.addEvent(rev, () => emitted.push(rev));
        expect(emitted).toEqual(revs);
        expect(queue.waitingCount).toBe(0);
      }),
    );
  });

  it('runs an action after its revision and before the next, whichever came first', () => {
    const emitted: string[] = [];
    const queue = new RevisionQueue(1);
    queue.addEvent(4, () => emitted.push('4'));
    queue.addAction(3, () => emitted.push('join'));
    queue.addEvent(3, () => emitted.push('3'));
    expect(emitted).toEqual([]);
    queue.addEvent(2, () => emitted.push('2'));
    expect(emitted).toEqual(['2', '3', 'join', '4']);
    queue.addAction(4, () => emitted.push('again'));
    queue.addEvent(5, () => emitted.push('5'));
    expect(emitted.slice(-2)).toEqual(['again', '5']);
  });

  it('runs late events at once, and all waiting events when the wait is over', () => {
    const emitted: number[] = [];
    const queue = new RevisionQueue(5);
    queue.addEvent(2, () => emitted.push(2));
    queue.addEvent(8, () => emitted.push(8));
    queue.addEvent(7, () => emitted.push(7));
    expect(emitted).toEqual([2]);
    queue.runAll();
    expect(emitted).toEqual([2, 7, 8]);
    queue.addEvent(9, () => emitted.push(9));
    expect(emitted).toEqual([2, 7, 8, 9]);
  });
});
