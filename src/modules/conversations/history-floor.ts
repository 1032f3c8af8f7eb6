/** When the next messages of a conversation expire, in the order of their `seq`. Times are those of `performance.now()`. */
export interface FloorSteps {
  /** The lowest `seq` that has not expired. */
  readonly floor: number;
  readonly expiries: ReadonlyArray<{ readonly seq: number; readonly at: number }>;
  /** Until then these are all messages that can expire. */
  readonly completeUntil: number;
}

/** How long callers wait for storage. Sends wait too, and they must not stop because Postgres does. */
const waitMaxMs = 300;
/** After a failed read: how long the last known floor counts. */
const retryAfterMs = 5000;

/**
 * The lowest `seq` of a conversation that has not expired: it rises by itself, at the moment a message expires, whether or not the message
 * is deleted yet. It is computed from a few expiries that are known ahead, so most calls read nothing. It never falls.
 */
export class HistoryFloor {
  private expiries: FloorSteps['expiries'] = [];
  private next = 0;
  private completeUntil = 0;
  private readAheadAt = 0;
  private reading: Promise<void> | undefined;

  /** `load` reads the steps from a floor on; `floor` is the one that is known already. */
  constructor(
    private readonly load: (floor: number) => Promise<FloorSteps>,
    private floor: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** A floor that does not rise by itself. */
  static fixedAt(floor: number): HistoryFloor {
    const fixed = new HistoryFloor(() => Promise.resolve({ floor, expiries: [], completeUntil: Infinity }), floor);
    fixed.completeUntil = Infinity;
    fixed.readAheadAt = Infinity;
    return fixed;
  }

  /** Raises the floor to at least this `seq`. */
  raiseTo(seq: number): void {
    this.floor = Math.max(this.floor, seq);
  }

  /** The floor now. Call it when `isFresh`, or after `refresh`. */
  get seq(): number {
    const now = this.now();
    for (;;) {
      const due = this.expiries[this.next];
      if (due === undefined || due.at > now) return this.floor;
      this.floor = Math.max(this.floor, due.seq + 1);
      this.next += 1;
    }
  }

  /** Whether `seq` can be computed without a read. Starts to read ahead when that will not last. */
  get isFresh(): boolean {
    const now = this.now();
    if (now >= this.readAheadAt && now < this.completeUntil) void this.refresh();
    return now < this.completeUntil;
  }

  /** Resolves when the floor is fresh, or after 300 ms with the last known one: a store that does not answer must not stop sends. */
  async refresh(): Promise<void> {
    this.reading ??= this.read().finally(() => {
      this.reading = undefined;
    });
    const reading = this.reading;
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      reading,
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, waitMaxMs);
      }),
    ]);
    clearTimeout(timer);
  }

  private async read(): Promise<void> {
    try {
      const { floor, expiries, completeUntil } = await this.load(this.seq);
      const now = this.now();
      this.floor = Math.max(this.floor, floor);
      this.expiries = expiries;
      this.next = 0;
      this.completeUntil = completeUntil;
      this.readAheadAt = now + (completeUntil - now) / 2;
    } catch {
      // Storage is away, which it reports itself. What is known counts until the next attempt.
      this.completeUntil = Math.max(this.completeUntil, this.now() + retryAfterMs);
      this.readAheadAt = this.completeUntil;
    }
  }
}
