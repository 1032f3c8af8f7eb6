interface Asked<K, V> {
  readonly keys: readonly K[];
  readonly resolve: (found: ReadonlyMap<K, V>) => void;
  readonly reject: (error: unknown) => void;
}

/** Of one read: keys, or what `weigh` makes of them. */
const weightMax = 500;
/** Answered by one read: they all go on in the same turn of the event loop. */
const askedMax = 500;

/**
 * Reads by key that go to the database together: what is asked for while one read is under way goes into the next. An idle server
 * waits for nothing, and a thousand clients that come back at once cost a few reads. A read begins after it was asked for.
 */
export class GatheredReads<K, V> {
  private waiting: Asked<K, V>[] = [];
  private isRunning = false;

  /**
   * `read` answers the values that there are, for different keys of together at most 500. `weigh` says what one key counts for, 1
   * without it: how much its value may be.
   */
  constructor(
    private readonly read: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
    private readonly weigh: (key: K) => number = () => 1,
  ) {}

  /** The value, or undefined when there is none. Rejects as the read does. */
  async get(key: K): Promise<V | undefined> {
    return (await this.ask([key])).get(key);
  }

  /** The values that there are; those that others asked for may be among them. Rejects as the reads do. */
  async getAll(keys: readonly K[]): Promise<ReadonlyMap<K, V>> {
    const parts = this.parts(keys);
    const [first] = parts;
    if (first === undefined) return new Map();
    if (parts.length === 1) return this.ask(first);
    const found = await Promise.all(parts.map((part) => this.ask(part)));
    return new Map(found.flatMap((each) => [...each]));
  }

  private ask(keys: readonly K[]): Promise<ReadonlyMap<K, V>> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ keys, resolve, reject });
      if (this.isRunning) return;
      this.isRunning = true;
      queueMicrotask(() => void this.run());
    });
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const { asked, keys } = this.take();
      try {
        const found = await this.read(keys);
        for (const { resolve } of asked) resolve(found);
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
    }
    this.isRunning = false;
  }

  /** As many of those who wait, the first ones first, as one read can serve. */
  private take(): { asked: Asked<K, V>[]; keys: K[] } {
    const keys = new Set<K>();
    let weight = 0;
    let count = 0;
    for (const each of this.waiting) {
      const added = each.keys.filter((key) => !keys.has(key));
      const addedWeight = this.weightOf(added);
      if (count > 0 && (weight + addedWeight > weightMax || count === askedMax)) break;
      for (const key of added) keys.add(key);
      weight += addedWeight;
      count += 1;
    }
    return { asked: this.waiting.splice(0, count), keys: [...keys] };
  }

  /** The keys in as few parts as one read each can serve. */
  private parts(keys: readonly K[]): K[][] {
    const parts: K[][] = [];
    let weight = Infinity;
    for (const key of keys) {
      const own = this.weigh(key);
      if (weight + own > weightMax) {
        parts.push([]);
        weight = 0;
      }
      parts.at(-1)?.push(key);
      weight += own;
    }
    return parts;
  }

  private weightOf(keys: readonly K[]): number {
    return keys.reduce((sum, key) => sum + this.weigh(key), 0);
  }
}
