import { Logger } from '@nestjs/common';
import type { BackendFactory, IQueueBackend, Queue, QueueBaseOptions } from 'bullmq';
import { OutageLog } from '#platform/logging/outage-log.js';
import type { Jobs, QueueName } from '../job-types.js';

type UsedOfQueue = 'addBulk' | 'getJobCounts' | 'isPaused' | 'getJobs' | 'getJobSchedulers' | 'removeJobScheduler' | 'upsertJobScheduler';

/** The part of BullMQ's queue that Parley uses, typed by the table of jobs. It is the same for both stores. */
export type JobQueue<N extends QueueName> = Pick<Queue<Jobs[N], unknown, string, Jobs[N], unknown, string>, UsedOfQueue | 'close'>;

/** What the start and the stop of a process need of a worker. */
export interface JobWorker {
  readonly name: string;
  /** Takes jobs. Resolves when the worker is closed or paused, rejects when it fails. */
  run(): Promise<void>;
  /** Takes no further job. With `true` it does not wait for the running ones. */
  pause(doNotWaitActive?: boolean): Promise<void>;
  /** Never rejects, and ends within the store's `closeTimeoutMs`. */
  close(force?: boolean): Promise<void>;
  /** Opens another worker of the same consumer. Close this one first. */
  createReplacement(): JobWorker;
}

/**
 * Where the jobs of one application are kept. It is the `connection` of all queues and workers: what an application owns hangs on it, and
 * nothing on the queue and worker classes, because `@nestjs/bullmq` has one of each for the whole process.
 */
export abstract class QueueStore {
  /** The open workers of this application by queue. A queue has one consumer, so it has one worker. */
  readonly workers = new Map<string, JobWorker>();
  private readonly outage = new OutageLog(new Logger('Queues'), 'the store of the queues has trouble; work goes on when it is back');

  /** `closeTimeoutMs`: how long a worker waits for its running jobs when it closes. */
  constructor(readonly closeTimeoutMs: number) {}

  /** Makes the part of a queue or worker that talks to the store. Adding a job fails within three seconds while the store is away. */
  abstract createBackend(...args: Parameters<BackendFactory<IQueueBackend, QueueStore>>): IQueueBackend;
  /** Resolves when the store answers, rejects within a bounded time when it does not. */
  abstract ping(): Promise<void>;
  /** Closes the connections. Workers and queues must be closed before. */
  protected abstract disconnect(): Promise<void>;

  async close(): Promise<void> {
    this.outage.mute();
    await this.disconnect();
  }

  /** Logs trouble with the store at most once in five seconds. Without a listener an `error` event would end the process. */
  readonly reportOutage = (error: unknown): void => this.outage.reportError(error);
}

/** BullMQ's backend factory for all queues and workers: the store, which is their connection, decides. */
export const createBackend: BackendFactory<IQueueBackend, QueueStore> = (name, options: QueueBaseOptions<QueueStore>, use) =>
  options.connection.createBackend(name, options, use);
