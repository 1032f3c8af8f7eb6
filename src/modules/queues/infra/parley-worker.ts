import { Logger } from '@nestjs/common';
import { type IQueueBackend, type Processor, Worker, type WorkerOptions } from 'bullmq';
import { createBackend, type JobWorker, type QueueStore } from './queue-store.js';

/**
 * The worker class of `@nestjs/bullmq`: BullMQ's worker on either store. It refuses to be the second consumer of its queue, and its close
 * takes a bounded time. Its errors are logged, and do not end the process.
 */
export class ParleyWorker<Data> extends Worker<Data, unknown, string, IQueueBackend, number, QueueStore> implements JobWorker {
  private readonly logger = new Logger('Queues');
  private closedInTime: Promise<void> | undefined;

  constructor(
    name: string,
    private readonly processor: Processor<Data, unknown, string, number>,
    private readonly options: WorkerOptions<QueueStore>,
  ) {
    const { workers, reportOutage } = options.connection;
    if (workers.has(name)) throw new Error(`Queues cannot start: queue "${name}" has two consumers (classes with @Processor('${name}')).`);
    super(name, processor, options, createBackend);
    this.on('error', reportOutage);
    workers.set(name, this);
  }

  /**
   * Half of the time jobs may finish, then their signals abort. A job that still runs at the end is left to the process that takes it
   * over. Idempotent: `@nestjs/bullmq` closes each worker again when the application shuts down.
   */
  override close(force?: boolean): Promise<void> {
    this.closedInTime ??= this.closeInTime(force);
    return this.closedInTime;
  }

  createReplacement(): JobWorker {
    this.options.connection.workers.delete(this.name);
    return new ParleyWorker(this.name, this.processor, this.options);
  }

  private async closeInTime(force?: boolean): Promise<void> {
    const limitMs = this.options.connection.closeTimeoutMs;
    const warning = setTimeout(() => {
      this.logger.warn({ queue: this.name }, 'a job is still running; its signal aborts');
      this.cancelAllJobs('shutting down');
    }, limitMs / 2);
    try {
      await Promise.race([super.close(force), rejectAfter(limitMs)]);
    } catch (error) {
      this.logger.warn({ err: error, queue: this.name }, 'a job was left running; another process takes it over');
    } finally {
      clearTimeout(warning);
    }
  }
}

function rejectAfter(ms: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(`not closed within ${ms} ms`)), ms).unref();
  });
}
