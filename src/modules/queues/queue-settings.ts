import type { QueueName } from './job-types.js';

/** How a queue's jobs are run, repeated and forgotten. Every field is required: a queue without settings does not compile. */
export interface QueueSettings {
  /** Jobs that one process works on at the same time. */
  concurrency?: number;
  /** Runs of one job until it counts as failed. */
  attemptsMax?: number;
  /** Wait before the second run, milliseconds; doubles with each further run. */
  backoffMs?: number;
  /** Longest wait between two runs, milliseconds. */
  backoffMaxMs?: number;
  /** Completed jobs that are kept for the dashboard. */
  completedJobsMax?: number;
  /** Failed jobs that are kept for the dashboard and for a retry by hand. */
  failedJobsMax?: number;
  /** After this many milliseconds without renewal a running job's process is taken for dead. Renewed at half of it. */
  lockMs?: number;
  /** Milliseconds between two looks for jobs of dead processes. A job is taken over at the second look that finds it. */
  stalledCheckMs?: number;
  /** Take-overs of one job until it counts as failed. */
  stalledMax?: number;
}

/** The one table of queue settings. */
export const queueSettings: Record<QueueName, Required<QueueSettings>> = {
  persistence: {
    // Shards are independent; more at once than this only queue for the same disk.
    concurrency: 4,
    // About two minutes of trouble; then the sweep starts a fresh job, so nothing is given up.
    attemptsMax: 10,
    backoffMs: 250,
    // Wake-ups of a shard that waits for its next run are swallowed, so the wait is what an outage costs after it ended.
    backoffMaxMs: 15_000,
    completedJobsMax: 200,
    failedJobsMax: 1_000,
    // Persisting is idempotent: taking a shard over too early does no harm, too late delays it.
    lockMs: 10_000,
    stalledCheckMs: 5_000,
    // The work of a shard is never given up: an entry that ends processes is found and parked after three of them.
    stalledMax: 1_000,
  },
  receipts: {
    concurrency: 2,
    attemptsMax: 10,
    backoffMs: 500,
    backoffMaxMs: 30_000,
    completedJobsMax: 200,
    // A failed job here is the only copy of when something was read: keep many.
    failedJobsMax: 10_000,
    lockMs: 15_000,
    stalledCheckMs: 10_000,
    // A job that ends every process that runs it is kept among the failed ones.
    stalledMax: 10,
  },
  'dead-letters': {
    concurrency: 1,
    // One look is enough: what is poison stays so until somebody mends the cause and presses retry.
    attemptsMax: 1,
    backoffMs: 1_000,
    backoffMaxMs: 1_000,
    completedJobsMax: 1_000,
    failedJobsMax: 100_000,
    lockMs: 30_000,
    stalledCheckMs: 30_000,
    // A parked entry that ends the process it is tried in ends no other.
    stalledMax: 0,
  },
  maintenance: {
    // Tasks are few, but a long clean-up must not hold up the sweep.
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
