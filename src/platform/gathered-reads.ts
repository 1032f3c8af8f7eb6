interface Waiting<K, V> {
  readonly key: K;
  readonly resolve: (value: V | undefined) => void;
  readonly reject: (error: unknown) => void;
}

const keysMax = 500;

/**
 * Reads by key that go to the database together: what is asked for while one read is under way goes into the next. An idle server
 * waits for nothing, and a thousand clients that come back at once cost a few reads. A read begins after it was asked for.
 */
export class GatheredReads<K, V> {
  private waiting: Waiting<K, V>[] = [];
  private isRunning = false;

  /** `read` answers the values that there are, for 1 to 500 different keys. */
  constructor(private readonly read: (keys: readonly K[]) => Promise<ReadonlyMap<K, V>>) {}

  /** The value, or undefined when there is none. Rejects as the read does. */
  get(key: K): Promise<V | undefined> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ key, resolve, reject });
      if (this.isRunning) return;
      this.isRunning = true;
      queueMicrotask(() => void this.run());
    });
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const asked = this.waiting.splice(0, keysMax);
      try {
        const found = await this.read([...new Set(asked.map(({ key }) => key))]);
        for (const { key, resolve } of asked) resolve(found.get(key));
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
    }
    this.isRunning = false;
  }
}
