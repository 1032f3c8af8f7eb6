import { AppError } from './errors/app-error.js';

export interface MutexLimits {
  /** Keys whose work runs at the same time. */
  readonly runningMax: number;
  /** Calls that may wait, over all keys; one more is refused with `overloaded`. */
  readonly waitingMax: number;
}

const retryAfterMs = 500;

interface Waiting {
  readonly key: string;
  readonly start: () => void;
}

/**
 * Runs the work of one key one call after the other, in the order of the calls, and limits how many keys run at once. Waiting calls
 * hold no resources that running work needs.
 */
export class KeyedMutex {
  private readonly waiting: Waiting[] = [];
  private readonly busy = new Set<string>();

  constructor(private readonly limits: MutexLimits) {}

  /** Runs `work` alone among the calls of its key. Throws `overloaded` when too many calls wait, and what `work` throws. */
  async runExclusive<T>(key: string, work: () => Promise<T>): Promise<T> {
    await this.acquire(key);
    try {
      return await work();
    } finally {
      this.busy.delete(key);
      this.startWaiting();
    }
  }

  private acquire(key: string): Promise<void> | undefined {
    if (this.busy.size < this.limits.runningMax && !this.busy.has(key)) {
      this.busy.add(key);
      return undefined;
    }
    if (this.waiting.length >= this.limits.waitingMax) throw new AppError('overloaded', { retryAfterMs });
    return new Promise((start) => this.waiting.push({ key, start }));
  }

  private startWaiting(): void {
    while (this.busy.size < this.limits.runningMax) {
      const index = this.waiting.findIndex(({ key }) => !this.busy.has(key));
      const [first] = index < 0 ? [] : this.waiting.splice(index, 1);
      if (first === undefined) return;
      this.busy.add(first.key);
      first.start();
    }
  }
}
