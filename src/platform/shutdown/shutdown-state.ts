import { Logger } from '@nestjs/common';
import { errorMessage } from '../errors/error-facts.js';

/** When a step of a graceful stop runs. Steps of one order run side by side, after all steps of a lower order. */
export const shutdownOrder = {
  /** Refuse new requests, commands and jobs. */
  intake: 10,
  /** Wait for work in flight: commits, deliveries, running jobs. */
  work: 20,
  /** Close sockets, workers and other connections of clients. */
  doors: 30,
} as const;

/** One step of a graceful stop. */
export interface ShutdownStep {
  readonly order: number;
  /** As the log calls it. */
  readonly name: string;
  readonly run: () => unknown;
}

/** Whether this process is stopping, and the steps to take, in order, before the application closes. */
export class ShutdownState {
  private readonly logger = new Logger(ShutdownState.name);
  private readonly steps: ShutdownStep[] = [];
  private drained: Promise<void> | undefined;

  /** True from the first signal on: readiness fails, and no new work is accepted. */
  get isShuttingDown(): boolean {
    return this.drained !== undefined;
  }

  /** Adds a step. A failing step is logged and does not prevent the others. Providers use `@OnShutdown` instead. */
  addStep(step: ShutdownStep): void {
    this.steps.push(step);
  }

  /** Runs all steps, once; every further call waits for the same run. */
  drain(): Promise<void> {
    this.drained ??= this.runSteps();
    return this.drained;
  }

  private async runSteps(): Promise<void> {
    const orders = [...new Set(this.steps.map((step) => step.order))].sort((a, b) => a - b);
    for (const order of orders) {
      await Promise.all(this.steps.filter((step) => step.order === order).map((step) => this.runStep(step)));
    }
  }

  private async runStep({ name, run }: ShutdownStep): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.logger.error({ err: error }, `stopping ${name} failed: ${errorMessage(error)}`);
    }
  }
}
