import type { Attempt, Outcome } from './history.js';
import { RecoveryScan } from './recovery.js';

function attempt(askedAt: number, outcome: Outcome, endedAt = askedAt + 1): Attempt {
  return { node: 'n', via: 'rest', askedAt, endedAt, outcome };
}

function recoveryOf(attempts: readonly Attempt[], faultAt: number, needed: number): number | undefined {
  const scan = new RecoveryScan(faultAt, needed);
  return attempts
    .toSorted((a, b) => a.endedAt - b.endedAt)
    .map((one) => scan.add(one))
    .find((found) => found !== undefined);
}

test('recovery is reached when enough attempts that began after the fault have succeeded in a row', () => {
  const before = Array.from({ length: 10 }, (_, index) => attempt(index, 'acked', 100 + index));
  const failing = [attempt(110, 'unknown'), attempt(120, 'acked'), attempt(125, 'refused')];
  const after = Array.from({ length: 5 }, (_, index) => attempt(130 + index * 10, 'acked'));
  expect(recoveryOf([...before, ...failing, ...after], 105, 5)).toBe(66);
  expect(recoveryOf([...before, ...failing, ...after], 105, 6)).toBeUndefined();
});
