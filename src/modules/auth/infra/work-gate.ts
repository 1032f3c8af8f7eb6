import { AppError } from '#platform/errors/app-error.js';

/** Lets a bounded number of works run at once and a bounded number wait; a further one is refused with `overloaded`. */
export class WorkGate {
  private running = 0;
  private readonly waiting: Array<() => void> = [];

  constructor(
    private readonly runningMax: number,
    private readonly waitingMax: number,
    /** What a refused caller is told to wait, in milliseconds. */
    private readonly retryAfterMs: number,
  ) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private async enter(): Promise<void> {
    if (this.running < this.runningMax) {
      this.running++;
      return;
    }
    if (this.waiting.length >= this.waitingMax) throw new AppError('overloaded', { retryAfterMs: this.retryAfterMs });
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Hands the place over to the longest waiting one, so that nobody overtakes. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.running--;
  }
}
