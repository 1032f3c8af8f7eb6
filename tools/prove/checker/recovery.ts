import type { Attempt } from './history.js';

const inARow = 100;

/**
 * Milliseconds from a fault until `inARow` attempts in a row had succeeded, of those that were begun after it, in the order
 * in which they ended. Undefined: not yet.
 */
export function recoveryOf(attempts: readonly Attempt[], faultAt: number, needed = inARow): number | undefined {
  const after = attempts.filter((attempt) => attempt.askedAt >= faultAt).sort((a, b) => a.endedAt - b.endedAt);
  let row = 0;
  for (const attempt of after) {
    row = attempt.outcome === 'acked' ? row + 1 : 0;
    if (row === needed) return attempt.endedAt - faultAt;
  }
  return undefined;
}

/** The value below which `share` (0 to 1) of the values lie; 0 without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
