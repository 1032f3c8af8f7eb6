import { AppError } from '#platform/errors/app-error.js';

/** Runs a bounded number of tasks at once and lets a bounded number wait; refuses further ones with `overloaded`. */
export class WorkGate {
  private running = 0;
  private readonly waiting: Array<() => void> = [];

  constructor(
    private readonly runningMax: number,
    private readonly waitingMax: number,
    /** The retry delay in the error of a refused task, in milliseconds. */
    private readonly retryAfterMs: number,
  ) {}

  async runTask<T>(task: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await task();
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

  /** Hands the place to the task that has waited longest, so that tasks run in the order of their calls. */
  private leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.running--;
    else next();
  }
}
