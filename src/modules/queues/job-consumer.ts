import { Processor as BullProcessor, WorkerHost } from '@nestjs/bullmq';
import { Logger } from '@nestjs/common';
import { type Job, UnrecoverableError } from 'bullmq';
import { AppError } from '#platform/errors/app-error.js';
import { workerOptionsOf } from './infra/bullmq-options.js';
import { type Jobs, parseJob, type QueueName } from './job-types.js';

/** What a consumer may know about the job besides its data. */
export interface JobContext {
  readonly id: string;
  readonly name: string;
  /** 1 on the first run. */
  readonly attempt: number;
  readonly attemptsMax: number;
  /** How often the job was taken over from a process that had died, or had not renewed its lock, while it worked on the job. */
  readonly takeOvers: number;
  /** Milliseconds since 1970 when the job was added. */
  readonly addedAt: number;
  /** Milliseconds since 1970 when this run began. */
  readonly startedAt: number;
  /** Aborts when the process stops and the job's time to finish is over. What is left undone runs again elsewhere. */
  readonly signal: AbortSignal;
}

/** What the dashboard shows as the result of a job: figures only, with their unit in the name. Never what a user wrote. */
export type JobReport = Readonly<Record<string, number>>;

/** Fails a job for good. Throw it where another run can only fail again. */
export class PermanentJobError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PermanentJobError';
  }
}

/**
 * Works on one queue. A class that extends this carries `@Processor` with the same queue's name and is provided once, in the worker roles
 * only: wherever it is provided, a worker runs. Jobs may run twice (a process can die after the work and before its confirmation), so
 * `perform` is idempotent.
 */
export abstract class JobConsumer<N extends QueueName> extends WorkerHost {
  private readonly logger = new Logger('Queues');

  /** Does the work, and may report about it for the dashboard. If it rejects, the job runs again after the queue's backoff, until its attempts are used up. */
  abstract perform(data: Jobs[N], job: JobContext): Promise<void | JobReport>;

  /** Called after the last attempt failed. Rejections are logged. */
  async onFailed(_data: Jobs[N], _job: JobContext, _error: Error): Promise<void> {}

  /** Runs one job for BullMQ: parses the data, logs ids and never content, and calls `onFailed` when the job failed for good. Returns the report with the waiting and run time. */
  async process(job: Job<Jobs[N], unknown>, _token?: string, signal?: AbortSignal): Promise<JobReport> {
    const context = contextOf(job, signal);
    const line = { queue: job.queueName, jobId: context.id, jobName: context.name, attempt: context.attempt };
    const data = this.parseData(job);
    const startedAt = performance.now();
    try {
      const report = await this.perform(data, context);
      const ranMs = Math.round(performance.now() - startedAt);
      this.logger.debug({ ...line, durationMs: ranMs }, 'job done');
      return { ...report, waitedMs: Math.max(0, context.startedAt - context.addedAt - (job.delay ?? 0)), ranMs };
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      const isFinal = failure instanceof PermanentJobError || context.attempt >= context.attemptsMax;
      this.logger.warn({ ...line, err: failure, isFinal }, 'job failed');
      if (isFinal) await this.handleFailure(data, context, failure);
      throw failure instanceof PermanentJobError ? new UnrecoverableError(failure.message) : new Error(reasonOf(failure));
    }
  }

  private async handleFailure(data: Jobs[N], context: JobContext, failure: Error): Promise<void> {
    try {
      await this.onFailed(data, context, failure);
    } catch (error) {
      this.logger.error({ err: error, jobId: context.id }, 'the consumer could not handle its failed job');
    }
  }

  /** Jobs of an older version may wait in the store. One that no longer fits fails at once and stays on the dashboard. */
  private parseData(job: Job<Jobs[N], unknown>): Jobs[N] {
    try {
      // Cast: `@Processor` has made this the consumer of queue N.
      return parseJob(job.queueName as N, job.data);
    } catch {
      throw new UnrecoverableError('the data of this job does not fit its queue');
    }
  }
}

type ConsumerClass<N extends QueueName> = abstract new (...args: never[]) => JobConsumer<N>;

/** Marks the one consumer of a queue: `@nestjs/bullmq`'s decorator, typed by the queue's name, with the options of the settings table. */
export function Processor<N extends QueueName>(queue: N): (consumer: ConsumerClass<N>) => void {
  return (consumer) => BullProcessor(queue, workerOptionsOf(queue))(consumer);
}

/** The reason that the dashboard shows. A database quotes the values it refused, so its messages can contain private text: its code is enough. */
function reasonOf(error: Error): string {
  if (!('code' in error) || error instanceof AppError) return error.message;
  return `${error.name} ${String(error.code)}`;
}

function contextOf(job: Job<unknown, unknown>, signal: AbortSignal | undefined): JobContext {
  return {
    id: job.id ?? '',
    name: job.name,
    attempt: job.attemptsMade + 1,
    attemptsMax: job.opts.attempts ?? 1,
    takeOvers: job.stalledCounter,
    addedAt: job.timestamp,
    startedAt: job.processedOn ?? job.timestamp,
    signal: signal ?? new AbortController().signal,
  };
}
