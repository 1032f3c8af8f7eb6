interface Waiting<K, V> {
  readonly keys: readonly K[];
  readonly weight: number;
  readonly resolve: (found: ReadonlyMap<K, V>) => void;
  readonly reject: (error: unknown) => void;
}

export interface BatchedReadsOptions<K> {
  /** The share of a read that one key takes, 1 by default: for values of different sizes. */
  readonly weightOfKey?: (key: K) => number;
  /**
   * Milliseconds between the starts of two reads, 0 by default: for values that many clients need at the same moment and rarely
   * otherwise. The first read starts at once, and so does a full one.
   */
  readonly intervalMs?: number;
}

/** The interval for values that clients need when they reconnect. A hundred such calls a second then cost at most forty reads. */
export const crowdIntervalMs = 25;

/** Weight of one read: its number of keys, unless `weightOfKey` says otherwise. */
const weightMax = 500;
/** Calls that one read answers: all of them continue in the same turn of the event loop. */
const callsMax = 500;

/**
 * Reads by key, in batches: keys that are requested while a read is in flight share the next one. An idle server delays no call, and
 * a thousand clients that reconnect at once cost a few reads. A read never starts before the calls that it answers.
 */
export class BatchedReads<K, V> {
  private readonly weightOfKey: (key: K) => number;
  private readonly intervalMs: number;
  private waiting: Waiting<K, V>[] = [];
  private waitingWeight = 0;
  private isRunning = false;
  private nextAt = 0;
  private endPause: () => void = () => undefined;

  /**
   * `read` returns the values that exist. Its keys are distinct and weigh at most 500 together; a key that weighs more is read
   * alone.
   */
  constructor(
    private readonly read: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>,
    options: BatchedReadsOptions<K> = {},
  ) {
    this.weightOfKey = options.weightOfKey ?? (() => 1);
    this.intervalMs = options.intervalMs ?? 0;
  }

  /** The value, or undefined when it does not exist. Rejects as the read does. */
  async readOne(key: K): Promise<V | undefined> {
    return (await this.addCall([key])).get(key);
  }

  /** The values that exist. The map may also hold values of keys that other callers requested. Rejects as the reads do. */
  async readMany(keys: readonly K[]): Promise<ReadonlyMap<K, V>> {
    const parts = this.divide(keys);
    const [first] = parts;
    if (first === undefined) return new Map();
    if (parts.length === 1) return this.addCall(first);
    const found = await Promise.all(parts.map((part) => this.addCall(part)));
    return new Map(found.flatMap((each) => [...each]));
  }

  private addCall(keys: readonly K[]): Promise<ReadonlyMap<K, V>> {
    return new Promise((resolve, reject) => {
      const weight = this.weightOfKeys(keys);
      this.waiting.push({ keys, weight, resolve, reject });
      this.waitingWeight += weight;
      if (this.isFull) this.endPause();
      if (this.isRunning) return;
      this.isRunning = true;
      queueMicrotask(() => void this.runReads());
    });
  }

  private async runReads(): Promise<void> {
    while (this.waiting.length > 0) {
      const pauseMs = this.nextAt - performance.now();
      if (pauseMs > 0 && !this.isFull) await this.pause(pauseMs);
      this.nextAt = performance.now() + this.intervalMs;
      const { calls, keys } = this.takeBatch();
      try {
        const found = await this.read(keys);
        for (const { resolve } of calls) resolve(found);
      } catch (error) {
        for (const { reject } of calls) reject(error);
      }
    }
    this.isRunning = false;
  }

  private get isFull(): boolean {
    return this.waitingWeight >= weightMax || this.waiting.length >= callsMax;
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

  /** The oldest calls that fit into one read, and their distinct keys. */
  private takeBatch(): { calls: Waiting<K, V>[]; keys: K[] } {
    const keys = new Set<K>();
    let weight = 0;
    let count = 0;
    for (const call of this.waiting) {
      const added = call.keys.filter((key) => !keys.has(key));
      const addedWeight = this.weightOfKeys(added);
      if (count > 0 && (weight + addedWeight > weightMax || count === callsMax)) break;
      for (const key of added) keys.add(key);
      weight += addedWeight;
      this.waitingWeight -= call.weight;
      count += 1;
    }
    return { calls: this.waiting.splice(0, count), keys: [...keys] };
  }

  /** Divides the keys into as few parts as possible, each small enough for one read. */
  private divide(keys: readonly K[]): K[][] {
    const parts: K[][] = [];
    let weight = Infinity;
    for (const key of keys) {
      const own = this.weightOfKey(key);
      if (weight + own > weightMax) {
        parts.push([]);
        weight = 0;
      }
      parts.at(-1)?.push(key);
      weight += own;
    }
    return parts;
  }

  private weightOfKeys(keys: readonly K[]): number {
    return keys.reduce((sum, key) => sum + this.weightOfKey(key), 0);
  }
}
