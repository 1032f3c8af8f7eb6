import { Injectable } from '@nestjs/common';
import { type Jobs, parseJob, type QueueName } from './job-types.js';
import { Queues } from './queues.js';

/** How a job is added. */
export interface AddOptions {
  /** Jobs with the same id are one job: while it waits, further ones are dropped. */
  readonly deduplicationId?: string;
  /** With `deduplicationId`: a job that is added while the first one runs makes another run afterwards, so that no wake is lost. */
  readonly keepLastIfActive?: boolean;
  /** Milliseconds before the job may start. */
  readonly delayMs?: number;
}

/** One job of an `addBulk`. */
export interface NewJob<N extends QueueName> extends AddOptions {
  readonly jobName: string;
  readonly data: Jobs[N];
}

/** Adds jobs. Resolves when they are stored. Rejects when the store cannot take them, and then stores none of the call. */
@Injectable()
export class QueueProducer {
  constructor(private readonly queues: Queues) {}

  /** Adds one job. `jobName` is what the dashboard shows. */
  async add<N extends QueueName>(queue: N, jobName: string, data: Jobs[N], options: AddOptions = {}): Promise<void> {
    await this.addBulk(queue, [{ jobName, data, ...options }]);
  }

  /** Adds many jobs of one queue in one round trip. */
  async addBulk<N extends QueueName>(queue: N, jobs: ReadonlyArray<NewJob<N>>): Promise<void> {
    if (jobs.length === 0) return;
    await this.queues.get(queue).addBulk(
      jobs.map((job) => ({
        name: job.jobName,
        // Strips fields that the schema does not name, so that the dashboard never shows them.
        data: parseJob(queue, job.data),
        opts: { delay: job.delayMs, deduplication: deduplicationOf(job) },
      })),
    );
  }
}

function deduplicationOf(options: AddOptions): { id: string; keepLastIfActive: boolean } | undefined {
  if (options.deduplicationId === undefined) return undefined;
  return { id: options.deduplicationId, keepLastIfActive: options.keepLastIfActive ?? false };
}
