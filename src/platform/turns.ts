import { AppError } from './errors/app-error.js';

export interface TurnLimits {
  /** Pieces of work that run at the same time, over all keys. */
  readonly runningMax: number;
  /** Pieces of work that wait for their turn, over all keys; one more is refused with `overloaded`. */
  readonly waitingMax: number;
}

const retryAfterMs = 500;

interface Waiting {
  readonly key: string;
  readonly start: () => void;
}

/**
 * Lets work of one key run one after the other in the order it came, and of all keys only so much at once: what waits holds
 * nothing that others need.
 */
export class Turns {
  private readonly waiting: Waiting[] = [];
  private readonly busy = new Set<string>();

  constructor(private readonly limits: TurnLimits) {}

  /** Runs `work` when it is its turn. Throws `overloaded` when too much waits, and what `work` throws. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    await this.turn(key);
    try {
      return await work();
    } finally {
      this.busy.delete(key);
      this.next();
    }
  }

  private turn(key: string): Promise<void> | undefined {
    if (this.busy.size < this.limits.runningMax && !this.busy.has(key)) {
      this.busy.add(key);
      return undefined;
    }
    if (this.waiting.length >= this.limits.waitingMax) throw new AppError('overloaded', { retryAfterMs });
    return new Promise((start) => this.waiting.push({ key, start }));
  }

  private next(): void {
    while (this.busy.size < this.limits.runningMax) {
      const index = this.waiting.findIndex(({ key }) => !this.busy.has(key));
      const [first] = index < 0 ? [] : this.waiting.splice(index, 1);
      if (first === undefined) return;
      this.busy.add(first.key);
      first.start();
    }
  }
}
