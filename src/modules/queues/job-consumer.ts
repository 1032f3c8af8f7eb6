import { SetMetadata } from '@nestjs/common';
import type { Jobs, QueueName } from './job-types.js';

/** What a consumer may know of the job beside its data. */
export interface JobContext {
  readonly id: string;
  readonly name: string;
  /** 1 on the first run. */
  readonly attempt: number;
  readonly attemptsMax: number;
  /** How often the job was taken over from a process that had died, or had not renewed its lock, while it worked on it. */
  readonly takeOvers: number;
  /** Milliseconds since 1970 when the job was added. */
  readonly addedAt: number;
  /** Aborts when the process stops and the job's time to finish is over; what is left undone runs again elsewhere. */
  readonly signal: AbortSignal;
}

/** Fails a job for good: thrown where another run can only fail again. */
export class PermanentJobError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PermanentJobError';
  }
}

/**
 * Works on one queue. A class that extends this carries `@Consumes` with the same queue's name and is provided once in
 * each worker role; elsewhere nothing is started. Jobs may run twice (a process can die after the work and before its
 * confirmation), so `perform` is idempotent.
 */
export abstract class JobConsumer<N extends QueueName> {
  /** Does the work. Rejecting makes the job run again after the queue's backoff, until its attempts are used up. */
  abstract perform(data: Jobs[N], job: JobContext): Promise<void>;

  /** Called after the last attempt failed. Rejections are logged. */
  async onFailed(_data: Jobs[N], _job: JobContext, _error: Error): Promise<void> {}
}

/** Metadata key of `@Consumes`. */
export const consumedQueue = Symbol('consumedQueue');

type ConsumerClass<N extends QueueName> = abstract new (...args: never[]) => JobConsumer<N>;

/** Marks the one consumer of a queue. */
export function Consumes<N extends QueueName>(queue: N): (target: ConsumerClass<N>) => void {
  return (target) => SetMetadata(consumedQueue, queue)(target);
}
