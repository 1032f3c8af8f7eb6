import { BullRegistrar } from '@nestjs/bullmq';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { OnShutdown } from '#platform/shutdown/on-shutdown.js';
import { shutdownOrder } from '#platform/shutdown/shutdown-state.js';
import { type JobWorker, QueueStore } from '../infra/queue-store.js';
import { queueNames } from '../job-types.js';
import { MaintenanceTasks } from './maintenance-tasks.js';

const replaceAfterMs = 1_000;

/**
 * Runs every queue in this process. The start fails unless each queue has exactly one consumer. Workers begin when all modules are
 * initialised, and stop before connections close: they take no new job, and running ones finish or are given back.
 */
@Injectable()
export class QueueWorkers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Queues');
  private isStopping = false;

  constructor(
    private readonly registrar: BullRegistrar,
    private readonly store: QueueStore,
    private readonly tasks: MaintenanceTasks,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.registrar.register();
    this.assertEachQueueHasConsumer();
    await this.tasks.syncSchedules();
    for (const worker of this.store.workers.values()) void this.runWorker(worker);
    this.logger.log({ queues: queueNames.length }, 'queue workers run');
  }

  /** For an application that is closed without a drain. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.closeWorkers();
  }

  private assertEachQueueHasConsumer(): void {
    const missing = queueNames.filter((name) => !this.store.workers.has(name));
    if (missing.length === 0) return;
    const complaints = missing.map((name) => `queue "${name}" has no consumer (a class with @Processor('${name}'))`);
    throw new Error(`Queues cannot start: ${complaints.join('; ')}.`);
  }

  /** Never rejects. A worker that ends by itself, for whatever fault below it, is replaced: without a worker its queue would stand still. */
  private async runWorker(worker: JobWorker): Promise<void> {
    const error: unknown = await worker.run().catch((thrown: unknown) => thrown);
    if (this.isStopping) return;
    this.logger.error({ err: error, queue: worker.name }, 'queue worker stopped; another one takes its place');
    void worker.close(true);
    setTimeout(() => {
      if (!this.isStopping) void this.runWorker(worker.createReplacement());
    }, replaceAfterMs).unref();
  }

  @OnShutdown(shutdownOrder.intake, 'job intake')
  async pauseWorkers(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.workers().map((worker) => worker.pause(true)));
  }

  @OnShutdown(shutdownOrder.work, 'running jobs')
  async closeWorkers(): Promise<void> {
    this.isStopping = true;
    await Promise.all(this.workers().map((worker) => worker.close()));
  }

  private workers(): JobWorker[] {
    return [...this.store.workers.values()];
  }
}
