import type { Logger } from '@nestjs/common';
import { type Job, UnrecoverableError } from 'bullmq';
import { AppError } from '#platform/errors/app-error.js';
import { type JobConsumer, type JobContext, PermanentJobError } from '../job-consumer.js';
import { type Jobs, parseJob, type QueueName } from '../job-types.js';

/** Runs one job with its consumer: parses the data, logs by id and never by content, and tells the consumer when it failed for good. */
export async function runJob<N extends QueueName>(
  queue: N,
  consumer: JobConsumer<N>,
  job: Job<Jobs[N], void, string>,
  signal: AbortSignal | undefined,
  logger: Logger,
): Promise<void> {
  const context = contextOf(job, signal);
  const line = { queue, jobId: context.id, jobName: context.name, attempt: context.attempt };
  const data = parseData(queue, job.data);
  const startedAt = performance.now();
  try {
    await consumer.perform(data, context);
    logger.debug({ ...line, durationMs: Math.round(performance.now() - startedAt) }, 'job done');
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const isFinal = error instanceof PermanentJobError || context.attempt >= context.attemptsMax;
    logger.warn({ ...line, err: error, isFinal }, 'job failed');
    if (isFinal) await tellConsumer(consumer, data, context, error, logger);
    throw error instanceof PermanentJobError ? new UnrecoverableError(error.message) : new Error(reasonOf(error));
  }
}

/** What the dashboard shows. Messages of databases quote the values they refused, and so what people wrote: their code says enough. */
function reasonOf(error: Error): string {
  if (!('code' in error) || error instanceof AppError) return error.message;
  return `${error.name} ${String(error.code)}`;
}

async function tellConsumer<N extends QueueName>(
  consumer: JobConsumer<N>,
  data: Jobs[N],
  context: JobContext,
  error: Error,
  logger: Logger,
): Promise<void> {
  try {
    await consumer.onFailed(data, context, error);
  } catch (err) {
    logger.error({ err, jobId: context.id }, 'the consumer could not handle its failed job');
  }
}

/** Jobs of an older version may wait in the store: what no longer fits fails at once and stays on the dashboard. */
function parseData<N extends QueueName>(queue: N, data: unknown): Jobs[N] {
  try {
    return parseJob(queue, data);
  } catch {
    throw new UnrecoverableError('the data of this job does not fit its queue');
  }
}

function contextOf(job: Job<unknown, void, string>, signal: AbortSignal | undefined): JobContext {
  return {
    id: job.id ?? '',
    name: job.name,
    attempt: job.attemptsMade + 1,
    attemptsMax: job.opts.attempts ?? 1,
    takeOvers: job.stalledCounter,
    addedAt: job.timestamp,
    signal: signal ?? new AbortController().signal,
  };
}
