/** A difference of up to this much is within what reading the store's time can tell. */
const jitterMs = 20;
/** The clock catches up with a store that is behind by at most this much; one that is further behind is followed at once. */
const catchUpMaxMs = 60_000;

/**
 * The time of day for this process. It advances with the monotonic clock and follows the clock of the store, which is the same for all nodes.
 * So neither a jump of this machine's clock nor a wrong one changes it, and the nodes of a cluster agree on when something expires.
 *
 * It does not go back, except to follow a store that is more than a minute behind: while it catches up it runs at half speed.
 * Durations within a process are measured with `performance.now()`.
 */
export class Clock {
  /** The store's time minus the monotonic time. */
  private offsetMs: number;
  /** How far the clock was ahead of the store at `leadSince`. */
  private leadMs = 0;
  private leadSince = 0;

  /** `localMs` is the time of day until the store's is known. */
  constructor(
    private readonly readMonotonic: () => number = () => performance.now(),
    localMs = Date.now(),
  ) {
    this.offsetMs = localMs - readMonotonic();
  }

  /** Whole milliseconds since 1970. */
  now(): number {
    const at = this.readMonotonic();
    return Math.floor(at + this.offsetMs + this.leadAt(at));
  }

  /** The time of day as a date. */
  date(): Date {
    return new Date(this.now());
  }

  /**
   * Follows the store, whose clock read `storeMs` at some moment between `sentAt` and `receivedAt` (of the monotonic clock). Returns by how
   * many milliseconds the clock was corrected: 0 if the two may agree.
   */
  followStore(storeMs: number, sentAt: number, receivedAt: number): number {
    const offset = this.offsetMs + this.leadAt(receivedAt);
    const [earliest, latest] = [storeMs - receivedAt, storeMs - sentAt];
    if (offset >= earliest - jitterMs && offset <= latest + jitterMs) return 0;
    const measured = (earliest + latest) / 2;
    const correction = measured - offset;
    this.offsetMs = measured;
    this.leadMs = correction < 0 && correction >= -catchUpMaxMs ? -correction : 0;
    this.leadSince = receivedAt;
    return Math.round(correction);
  }

  private leadAt(at: number): number {
    return this.leadMs === 0 ? 0 : Math.max(0, this.leadMs - (at - this.leadSince) / 2);
  }
}

/** The clock of this process. */
export const clock = new Clock();
