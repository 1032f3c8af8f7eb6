import type { Attempt } from './history.js';

const inARow = 100;

/** Finds the time when `needed` attempts in a row had succeeded. Only attempts that began after the fault count. */
export class RecoveryScan {
  private row = 0;

  constructor(
    private readonly faultAt: number,
    private readonly needed = inARow,
  ) {}

  /** Takes the attempts in the order of their ends. Returns the milliseconds since the fault once the recovery is reached. */
  add(attempt: Attempt): number | undefined {
    if (attempt.askedAt < this.faultAt) return undefined;
    this.row = attempt.outcome === 'acked' ? this.row + 1 : 0;
    return this.row === this.needed ? attempt.endedAt - this.faultAt : undefined;
  }
}
