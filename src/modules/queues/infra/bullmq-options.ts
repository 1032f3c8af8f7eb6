import type { QueueOptions, WorkerOptions } from 'bullmq';
import type { QueueName } from '../job-types.js';
import { type QueueSettings, queueSettings } from '../queue-settings.js';

/** Seconds until an idle worker polls. In all other cases the store notifies it at once. */
const idlePollSeconds = 5;
/** Milliseconds until a worker retries a fetch that failed because the store was away. */
const fetchRetryMs = 1_000;
/** Length of BullMQ's own event log, which Parley does not read. */
const eventsMax = 1_000;
/** One hash tag for all keys in Redis: a script touches several keys of a queue, and a Redis Cluster requires them in one slot. */
const prefix = '{parley}';

/** BullMQ's options of a queue, from the settings table. */
export function queueOptionsOf(name: QueueName): Omit<QueueOptions, 'connection'> {
  const settings = queueSettings[name];
  return {
    prefix,
    defaultJobOptions: {
      attempts: settings.attemptsMax,
      backoff: { type: 'custom' },
      removeOnComplete: { count: settings.completedJobsMax },
      removeOnFail: { count: settings.failedJobsMax },
      stackTraceLimit: 5,
    },
    streams: { events: { maxLen: eventsMax } },
  };
}

/** BullMQ's options of a queue's worker, from the settings table. The worker takes no job before its `run` is called. */
export function workerOptionsOf(name: QueueName): Omit<WorkerOptions, 'connection'> {
  const settings = queueSettings[name];
  return {
    prefix,
    autorun: false,
    concurrency: settings.concurrency,
    lockDuration: settings.lockMs,
    stalledInterval: settings.stalledCheckMs,
    maxStalledCount: settings.stalledMax,
    drainDelay: idlePollSeconds,
    runRetryDelay: fetchRetryMs,
    settings: { backoffStrategy: backoffFor(settings) },
  };
}

/** Milliseconds to wait after the given number of failed runs: doubles up to the queue's limit, the upper half at random. */
export function backoffFor(settings: Required<QueueSettings>, random: () => number = Math.random): (attemptsMade: number) => number {
  return (attemptsMade) => {
    const full = Math.min(settings.backoffMs * 2 ** (attemptsMade - 1), settings.backoffMaxMs);
    return Math.round(full / 2 + (full / 2) * random());
  };
}
