/** What a key took in its present window. */
export interface WindowCount {
  readonly taken: number;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
}

/** Counts by key in windows of one length, in memory. A key's window begins when it takes the first time, and is forgotten when it has ended. */
export class WindowCounts {
  /** The one that ends first comes first: all last as long. */
  private readonly windows = new Map<string, { taken: number; readonly endsAt: number }>();

  constructor(private readonly windowMs: number) {}

  /** Adds to what the key took. */
  add(key: string, cost: number, now = Date.now()): WindowCount {
    this.forgetEnded(now);
    const window = this.windows.get(key);
    if (window !== undefined) {
      window.taken += cost;
      return window;
    }
    const begun = { taken: cost, endsAt: now + this.windowMs };
    this.windows.set(key, begun);
    return begun;
  }

  /** Undefined where it took nothing. */
  read(key: string, now = Date.now()): WindowCount | undefined {
    this.forgetEnded(now);
    return this.windows.get(key);
  }

  /** Begins anew. */
  forget(key: string): void {
    this.windows.delete(key);
  }

  /** Keys that took something in a window that has not ended. */
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
