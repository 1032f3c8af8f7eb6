import type { QueueName } from './job-types.js';

/** How a queue's jobs are run, retried and removed. `queueSettings` requires every field: a queue without settings does not compile. */
export interface QueueSettings {
  /** Jobs that one process works on at the same time. */
  concurrency?: number;
  /** Runs of one job until it counts as failed. */
  attemptsMax?: number;
  /** Wait before the second run, milliseconds; doubles with each further run. */
  backoffMs?: number;
  /** Longest wait between two runs, milliseconds. */
  backoffMaxMs?: number;
  /** Completed jobs that are kept, for the dashboard. */
  completedJobsMax?: number;
  /** Failed jobs that are kept, for the dashboard and for retries by an operator. */
  failedJobsMax?: number;
  /** After this many milliseconds without a renewal of the job's lock its process counts as dead. Renewed at half of it. */
  lockMs?: number;
  /** Milliseconds between two checks for jobs of dead processes. A job is taken over at the second check that finds it. */
  stalledCheckMs?: number;
  /** Take-overs of one job until it counts as failed. */
  stalledMax?: number;
}

/** The one table of queue settings. */
export const queueSettings: Record<QueueName, Required<QueueSettings>> = {
  persistence: {
    // Shards are independent, but more jobs at once only wait for the same disk.
    concurrency: 4,
    // About two minutes. Then the task `sweep` adds a fresh job, so no work is given up.
    attemptsMax: 10,
    backoffMs: 250,
    // A wake during this wait is deduplicated, so persistence stands still for up to this long after an outage has ended.
    backoffMaxMs: 15_000,
    completedJobsMax: 200,
    failedJobsMax: 1_000,
    // Persisting is idempotent: a takeover that comes too early does no harm, one that comes too late delays the shard.
    lockMs: 10_000,
    stalledCheckMs: 5_000,
    // The work of a shard is never given up: an entry that crashes its process is found and parked after three crashes.
    stalledMax: 1_000,
  },
  receipts: {
    concurrency: 2,
    attemptsMax: 10,
    backoffMs: 500,
    backoffMaxMs: 30_000,
    completedJobsMax: 200,
    // A failed job is the only record of when its messages were read, so many are kept.
    failedJobsMax: 10_000,
    lockMs: 15_000,
    stalledCheckMs: 10_000,
    // A job that crashes every process ends among the failed ones.
    stalledMax: 10,
  },
  'dead-letters': {
    concurrency: 1,
    // A retry is of no use until an operator has removed the cause and presses retry.
    attemptsMax: 1,
    backoffMs: 1_000,
    backoffMaxMs: 1_000,
    completedJobsMax: 1_000,
    failedJobsMax: 100_000,
    lockMs: 30_000,
    stalledCheckMs: 30_000,
    // A parked entry that crashes its process must not crash another one.
    stalledMax: 0,
  },
  maintenance: {
    // Tasks are few, but a long clean-up must not delay the task `sweep`.
    concurrency: 2,
    // The schedule is the retry.
    attemptsMax: 1,
    backoffMs: 1_000,
    backoffMaxMs: 1_000,
    completedJobsMax: 100,
    failedJobsMax: 100,
    lockMs: 30_000,
    stalledCheckMs: 15_000,
    stalledMax: 10,
  },
};
