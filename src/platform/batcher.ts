interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers items while a batch is under way and runs them together as the next one: an idle server delays an item by no timer, a busy
 * one makes few large batches. One batch runs at a time.
 */
export class Batcher<T> {
  private readonly waiting: Array<Waiting<T>> = [];
  private isRunning = false;

  /** `runBatch` gets at least one item and at most `sizeMax`, in the order in which they were added. */
  constructor(
    private readonly runBatch: (items: T[]) => Promise<void>,
    private readonly sizeMax = Infinity,
  ) {}

  /** Resolves when the item's batch is done. Rejects as the batch does; later batches run all the same. */
  addItem(item: T): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.isRunning) return;
      this.isRunning = true;
      // The other items of this turn of the event loop join the first batch.
      setImmediate(() => void this.runBatches());
    });
  }

  private async runBatches(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.sizeMax);
      try {
        await this.runBatch(batch.map(({ item }) => item));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.isRunning = false;
  }
}
