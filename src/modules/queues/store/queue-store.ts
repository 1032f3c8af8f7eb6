import type { Processor, Queue, Worker } from 'bullmq';
import type { Jobs, QueueName } from '../job-types.js';

type UsedOfQueue = 'addBulk' | 'getJobCounts' | 'isPaused' | 'getJobs' | 'getJobSchedulers' | 'removeJobScheduler' | 'upsertJobScheduler';
type UsedOfWorker = 'run' | 'pause' | 'cancelAllJobs' | 'close';

/** What Parley uses of BullMQ's queue, typed by the table of jobs: the same whatever store is below. */
export type JobQueue<N extends QueueName> = Pick<Queue<Jobs[N], void, string, Jobs[N], void, string>, UsedOfQueue>;
/** What Parley uses of BullMQ's worker. */
export type JobWorker = Pick<Worker, UsedOfWorker>;
/** What a worker runs for each job. */
export type JobProcessor<N extends QueueName> = Processor<Jobs[N], void, string, number>;

/** Where jobs are kept. One per process; opens queues and workers by the settings table, and nothing else does. */
export abstract class QueueStore {
  /** The queue of this name: always the same instance. Adding fails within three seconds when the store is away. */
  abstract queue<N extends QueueName>(name: N): JobQueue<N>;
  /** A worker that takes no job before its `run` is called. The caller closes it. */
  abstract openWorker<N extends QueueName>(name: N, process: JobProcessor<N>): JobWorker;
  /** Resolves when the store answers, rejects within a bounded time when it does not. */
  abstract ping(): Promise<void>;
  /** Closes queues and connections. Workers must be closed before. */
  abstract close(): Promise<void>;
}
