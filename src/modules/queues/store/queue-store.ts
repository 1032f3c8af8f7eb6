import type { PostgresConnectionOptions, PostgresQueueBackend, Processor, Queue, Worker } from 'bullmq';
import type { Jobs, QueueName } from '../job-types.js';

/** BullMQ's queue, typed by Parley's table of jobs. */
export type JobQueue<N extends QueueName> = Queue<
  Jobs[N],
  void,
  string,
  Jobs[N],
  void,
  string,
  PostgresQueueBackend,
  PostgresConnectionOptions
>;
/** BullMQ's worker, typed by Parley's table of jobs. */
export type JobWorker<N extends QueueName> = Worker<Jobs[N], void, string, PostgresQueueBackend, number, PostgresConnectionOptions>;
/** What a worker runs for each job. */
export type JobProcessor<N extends QueueName> = Processor<Jobs[N], void, string, number>;

/** Where jobs are kept. One per process; opens queues and workers by the settings table, and nothing else does. */
export abstract class QueueStore {
  /** The queue of this name: always the same instance. */
  abstract queue<N extends QueueName>(name: N): JobQueue<N>;
  /** A worker that takes no job before its `run` is called. The caller closes it. */
  abstract openWorker<N extends QueueName>(name: N, process: JobProcessor<N>): JobWorker<N>;
  /** Resolves when the store answers, rejects within a bounded time when it does not. */
  abstract ping(): Promise<void>;
  /** Closes queues and connections. Workers must be closed before. */
  abstract close(): Promise<void>;
}
