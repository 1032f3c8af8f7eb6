/** The points that a key took in its current window. */
export interface WindowCount {
  readonly taken: number;
  /** Milliseconds of `performance.now()`. */
  readonly endsAt: number;
}

/** Counts points by key in windows of one length, in memory. A key's window begins with its first point, and is forgotten when it ends. */
export class WindowCounts {
  /** Ordered by their ends, because all are equally long. */
  private readonly windows = new Map<string, { taken: number; readonly endsAt: number }>();

  constructor(private readonly windowMs: number) {}

  /** Adds points to the key's window. */
  addCost(key: string, cost: number, now = performance.now()): WindowCount {
    this.forgetEnded(now);
    const window = this.windows.get(key);
    if (window !== undefined) {
      window.taken += cost;
      return window;
    }
    const started = { taken: cost, endsAt: now + this.windowMs };
    this.windows.set(key, started);
    return started;
  }

  /** Undefined when the key has taken nothing. */
  readCount(key: string, now = performance.now()): WindowCount | undefined {
    this.forgetEnded(now);
    return this.windows.get(key);
  }

  /** Makes the key start a new window. */
  forgetKey(key: string): void {
    this.windows.delete(key);
  }

  /** Keys whose window has not ended. */
  get size(): number {
    return this.windows.size;
  }

  private forgetEnded(now: number): void {
    for (const [key, { endsAt }] of this.windows) {
      if (endsAt > now) return;
      this.windows.delete(key);
    }
  }
}
