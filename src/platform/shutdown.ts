import { Injectable, Logger } from '@nestjs/common';
import { errorMessage } from './errors/error-facts.js';

/** When a step of the graceful stop runs. Steps of one order run side by side, after all those of a lower one. */
export const shutdownOrder = {
  /** Tell clients, refuse new work, take no new jobs. */
  intake: 10,
  /** Wait for work in flight: commits, deliveries, running jobs. */
  work: 20,
  /** Close sockets, workers and whatever else holds a connection of a client. */
  doors: 30,
} as const;

interface Step {
  readonly order: number;
  readonly name: string;
  readonly run: () => void | Promise<void>;
}

/** Whether this process is stopping, and what has to be done in which order before the application is closed. */
@Injectable()
export class ShutdownState {
  private readonly logger = new Logger(ShutdownState.name);
  private readonly steps: Step[] = [];
  private drained: Promise<void> | undefined;

  /** True from the first signal on: readiness fails, no new work is taken. */
  get isShuttingDown(): boolean {
    return this.drained !== undefined;
  }

  /** Registers a step. One that fails is logged and does not keep the others from running. */
  onShutdown(order: number, name: string, run: () => void | Promise<void>): void {
    this.steps.push({ order, name, run });
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

  private async runStep({ name, run }: Step): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.logger.error({ err: error }, `stopping ${name} failed: ${errorMessage(error)}`);
    }
  }
}
