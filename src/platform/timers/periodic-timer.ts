import type { Logger } from '@nestjs/common';
import { OutageLog } from '../logging/outage-log.js';

/**
 * Calls a task every `intervalMs` milliseconds, first after one interval. Does not keep the process alive. A task that is still
 * running when its next turn comes skips that turn. What it throws is logged, at most one line in 5 s.
 */
export class PeriodicTimer {
  private readonly failures: OutageLog;
  private timer: NodeJS.Timeout | undefined;
  private isRunning = false;

  /** `name` is how the log lines call the task. */
  constructor(
    name: string,
    private readonly intervalMs: number,
    private readonly task: () => unknown,
    logger: Pick<Logger, 'warn'>,
  ) {
    this.failures = new OutageLog(logger, `${name} failed; it runs again after ${intervalMs} ms`);
  }

  /** Does nothing while the timer is started. */
  start(): void {
    this.timer ??= setInterval(() => this.runTask(), this.intervalMs).unref();
  }

  /** No run begins from now on; one that is under way goes on. */
  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private runTask(): void {
    if (this.isRunning) return;
    try {
      const result = this.task();
      if (result instanceof Promise) void this.awaitTask(result);
    } catch (error) {
      this.failures.reportError(error);
    }
  }

  private async awaitTask(result: Promise<unknown>): Promise<void> {
    this.isRunning = true;
    try {
      await result;
    } catch (error) {
      this.failures.reportError(error);
    } finally {
      this.isRunning = false;
    }
  }
}
