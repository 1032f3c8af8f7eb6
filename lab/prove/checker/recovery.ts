import type { Attempt } from './history.js';

const inARow = 100;

/** Looks for the moment at which so many attempts in a row had succeeded, of those that were begun after a fault. */
export class RecoveryScan {
  private row = 0;

  constructor(
    private readonly faultAt: number,
    private readonly needed = inARow,
  ) {}

  /** Takes the attempts in the order in which they ended; answers the milliseconds from the fault, once it is so. */
  add(attempt: Attempt): number | undefined {
    if (attempt.askedAt < this.faultAt) return undefined;
    this.row = attempt.outcome === 'acked' ? this.row + 1 : 0;
    return this.row === this.needed ? attempt.endedAt - this.faultAt : undefined;
  }
}
