import type { DefaultJobOptions, WorkerOptions } from 'bullmq';
import type { QueueName } from '../job-types.js';
import { type QueueSettings, queueSettings } from '../queue-settings.js';

/** Seconds an idle worker waits before it looks by itself; LISTEN wakes it at once in all other cases. */
const idleLookSeconds = 5;
/** Milliseconds until a worker that could not fetch a job (the store was away) tries again. */
const fetchRetryMs = 1_000;

/** BullMQ's worker options of a queue, from the settings table. */
export function workerOptionsOf(name: QueueName): Omit<WorkerOptions, 'connection' | 'settings' | 'telemetry'> {
  const settings = queueSettings[name];
  return {
    autorun: false,
    concurrency: settings.concurrency,
    lockDuration: settings.lockMs,
    stalledInterval: settings.stalledCheckMs,
    maxStalledCount: settings.stalledMax,
    drainDelay: idleLookSeconds,
    runRetryDelay: fetchRetryMs,
  };
}

/** BullMQ's default options of a queue's jobs, from the settings table. */
export function jobOptionsOf(name: QueueName): DefaultJobOptions {
  const settings = queueSettings[name];
  return {
    attempts: settings.attemptsMax,
    backoff: { type: 'custom' },
    removeOnComplete: { count: settings.completedJobsMax },
    removeOnFail: { count: settings.failedJobsMax },
    stackTraceLimit: 5,
  };
}

/** Milliseconds to wait after the given number of failed runs: doubles up to the queue's bound, the upper half at random. */
export function backoffFor(settings: Required<QueueSettings>, random: () => number = Math.random): (attemptsMade: number) => number {
  return (attemptsMade) => {
    const full = Math.min(settings.backoffMs * 2 ** (attemptsMade - 1), settings.backoffMaxMs);
    return Math.round(full / 2 + (full / 2) * random());
  };
}
