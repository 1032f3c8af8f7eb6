import fc from 'fast-check';
import { TurnQueue } from './revision-queue.js';

describe('turns by revision', () => {
  it('come in order however the events arrive', () => {
    const revs = Array.from({ length: 30 }, (_, index) => index + 4);
    fc.assert(
      fc.property(fc.shuffledSubarray(revs, { minLength: revs.length }), (arriving) => {
        const told: number[] = [];
        const queue = new TurnQueue(3);
        for (const rev of arriving) queue.event(rev, () => told.push(rev));
        expect(told).toEqual(revs);
        expect(queue.waiting).toBe(0);
      }),
    );
  });

  it('let an action run after its revision and before the next, whichever came first', () => {
    const told: string[] = [];
    const queue = new TurnQueue(1);
    queue.event(4, () => told.push('4'));
    queue.action(3, () => told.push('join'));
    queue.event(3, () => told.push('3'));
    expect(told).toEqual([]);
    queue.event(2, () => told.push('2'));
    expect(told).toEqual(['2', '3', 'join', '4']);
    queue.action(4, () => told.push('again'));
    queue.event(5, () => told.push('5'));
    expect(told.slice(-2)).toEqual(['again', '5']);
  });

  it('run at once what is late, and everything when the wait is over', () => {
    const told: number[] = [];
    const queue = new TurnQueue(5);
    queue.event(2, () => told.push(2));
    queue.event(8, () => told.push(8));
    queue.event(7, () => told.push(7));
    expect(told).toEqual([2]);
    queue.runAll();
    expect(told).toEqual([2, 7, 8]);
    queue.event(9, () => told.push(9));
    expect(told).toEqual([2, 7, 8, 9]);
  });
});
