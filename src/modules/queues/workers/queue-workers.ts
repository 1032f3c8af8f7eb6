import { type BeforeApplicationShutdown, Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { CONFIG, type Config } from '#platform/config/config.js';
import { shutdownOrder, ShutdownState } from '#platform/shutdown.js';
import { PeriodicTimer } from '#platform/timers/periodic-timer.js';
import { queueNames, type QueueName } from '../job-types.js';
import { MaintenanceTasks } from '../maintenance-tasks.js';
import { QueueStore } from '../store/queue-store.js';
import { type Consumers, consumersByQueue } from './consumers-by-queue.js';
import { runJob } from './run-job.js';
import { restoreSchedules, syncSchedules } from './sync-schedules.js';

/** Of the time a stop may take, the share that running jobs get to finish. */
const finishShare = 0.6;
const schedulesLookMs = 10_000;
const replaceAfterMs = 1000;

interface RunningWorker {
  readonly queue: QueueName;
  run(): Promise<void>;
  /** Takes no further job and does not wait for the running ones. */
  pause(): Promise<void>;
  cancelAllJobs(reason?: string): void;
  close(force?: boolean): Promise<void>;
}

/**
 * Runs every queue in this process. The start fails unless each queue has exactly one consumer; workers begin when all
 * modules are initialised, and stop before connections close: no new job, running ones finish or are given back.
 */
@Injectable()
export class QueueWorkers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Queues');
  private workers: RunningWorker[] = [];
  private stopped: Promise<unknown> | undefined;
  private readonly schedulesLook = new PeriodicTimer('lookAtSchedules', schedulesLookMs, () => this.lookAtSchedules(), this.logger);
  private isStopping = false;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly store: QueueStore,
    private readonly discovery: DiscoveryService,
    private readonly tasks: MaintenanceTasks,
    private readonly shutdown: ShutdownState,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const consumers = consumersByQueue(this.discovery.getProviders());
    await syncSchedules(this.store.queue('maintenance'), this.tasks.all());
    for (const queue of queueNames) this.start(queue, consumers);
    this.schedulesLook.start();
    this.shutdown.onShutdown(shutdownOrder.intake, 'job intake', () => this.pause());
    this.shutdown.onShutdown(shutdownOrder.work, 'running jobs', () => this.stop());
    this.logger.log({ queues: queueNames.length }, 'queue workers run');
  }

  /** For an application that is closed without a drain. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  private start(queue: QueueName, consumers: Consumers): void {
    const worker = { queue, ...this.open(queue, consumers) };
    this.workers.push(worker);
    void this.watch(worker, consumers);
  }

  /** Never rejects. A worker that ends by itself, for whatever fault below it, is replaced: without one its queue would stand still. */
  private async watch(worker: RunningWorker, consumers: Consumers): Promise<void> {
    const { queue } = worker;
    const err: unknown = await worker.run().catch((thrown: unknown) => thrown);
    if (this.isStopping) return;
    this.logger.error({ err, queue }, 'queue worker stopped; another one takes its place');
    this.workers = this.workers.filter((one) => one !== worker);
    void worker.close(true).catch(() => undefined);
    setTimeout(() => {
      if (!this.isStopping) this.start(queue, consumers);
    }, replaceAfterMs).unref();
  }

  private async lookAtSchedules(): Promise<void> {
    try {
      await restoreSchedules(this.store.queue('maintenance'), this.tasks.all());
    } catch (err) {
      this.logger.debug({ err }, 'the schedules could not be looked at');
    }
  }

  private async pause(): Promise<void> {
    this.isStopping = true;
    this.schedulesLook.stop();
    await Promise.all(this.workers.map((worker) => worker.pause()));
  }

  private async stop(): Promise<void> {
    this.isStopping = true;
    this.stopped ??= Promise.all(this.workers.map((worker) => this.stopWorker(worker)));
    await this.stopped;
  }

  private open<N extends QueueName>(queue: N, consumers: Consumers): Omit<RunningWorker, 'queue'> {
    const consumer = consumers[queue];
    const worker = this.store.openWorker(queue, (job, _token, signal) => runJob(queue, consumer, job, signal, this.logger));
    return {
      run: () => worker.run(),
      pause: () => worker.pause(true),
      cancelAllJobs: (reason) => worker.cancelAllJobs(reason),
      close: (force) => worker.close(force),
    };
  }

  /** Half of the time a job may finish, then it is told to stop; what still runs at the end is left to whoever takes it over. */
  private async stopWorker(worker: RunningWorker): Promise<void> {
    const limitMs = this.config.shutdownTimeoutMs * finishShare;
    const warning = setTimeout(() => {
      this.logger.warn({ queue: worker.queue }, 'a job is still running and is told to stop');
      worker.cancelAllJobs('shutting down');
    }, limitMs / 2);
    try {
      await Promise.race([worker.close(), timeOut(limitMs)]);
    } catch (err) {
      this.logger.warn({ err, queue: worker.queue }, 'a job was left running; another process takes it over');
    } finally {
      clearTimeout(warning);
    }
  }
}

function timeOut(ms: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(`not closed within ${ms} ms`)), ms).unref();
  });
}
