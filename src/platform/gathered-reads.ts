interface Asked<K, V> {
  readonly keys: readonly K[];
  readonly weight: number;
  readonly resolve: (found: ReadonlyMap<K, V>) => void;
  readonly reject: (error: unknown) => void;
}

export interface GatheredReadsOptions<K> {
  /** What one key counts for, 1 without it: how much its value may be. */
  readonly weigh?: (key: K) => number;
  /**
   * Milliseconds between the begins of two reads, 0 without it: for what crowds ask for and nobody asks for again and again. The
   * first read begins at once, and so does one that is full.
   */
  readonly apartMs?: number;
}

/** For what clients ask for as they come back, and hardly ever else: a hundred a second cost forty reads, and wait for some milliseconds. */
export const crowdApartMs = 25;

/** Of one read: keys, or what `weigh` makes of them. */
const weightMax = 500;
/** Answered by one read: they all go on in the same turn of the event loop. */
const askedMax = 500;

/**
 * Reads by key that go to the database together: what is asked for while one read is under way goes into the next. An idle server
 * waits for nothing, and a thousand clients that come back at once cost a few reads. A read begins after it was asked for.
 */
export class GatheredReads<K, V> {
  private readonly weigh: (key: K) => number;
  private readonly apartMs: number;
  private waiting: Asked<K, V>[] = [];
  private waitingWeight = 0;
  private isRunning = false;
  private nextAt = 0;
  private endPause: () => void = () => undefined;

  /** `read` answers the values that there are, for different keys that weigh 500 together at most; one that weighs more comes alone. */
  constructor(
    private readonly read: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
    options: GatheredReadsOptions<K> = {},
  ) {
    this.weigh = options.weigh ?? (() => 1);
    this.apartMs = options.apartMs ?? 0;
  }

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
      const weight = this.weightOf(keys);
      this.waiting.push({ keys, weight, resolve, reject });
      this.waitingWeight += weight;
      if (this.isFull) this.endPause();
      if (this.isRunning) return;
      this.isRunning = true;
      queueMicrotask(() => void this.run());
    });
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const pauseMs = this.nextAt - performance.now();
      if (pauseMs > 0 && !this.isFull) await this.pause(pauseMs);
      this.nextAt = performance.now() + this.apartMs;
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

  private get isFull(): boolean {
    return this.waitingWeight >= weightMax || this.waiting.length >= askedMax;
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
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
      this.waitingWeight -= each.weight;
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
