import { Injectable } from '@nestjs/common';
import { clock } from '#platform/clock/clock.js';
import { queueNames, type QueueName } from './job-types.js';
import { Queues } from './queues.js';

/** Jobs of one queue by state. */
export interface QueueCounts {
  readonly name: QueueName;
  readonly isPaused: boolean;
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  readonly completed: number;
  /** Age of the oldest waiting job in milliseconds; 0 when none waits. */
  readonly oldestWaitingMs: number;
}

/** Counts of all queues, for operators. */
@Injectable()
export class QueueStats {
  constructor(private readonly queues: Queues) {}

  /** Reads the counts of all queues from the store. */
  readCounts(): Promise<QueueCounts[]> {
    return Promise.all(queueNames.map((name) => this.readQueue(name)));
  }

  /** Resolves when the store of the queues answers. */
  ping(): Promise<void> {
    return this.queues.ping();
  }

  private async readQueue(name: QueueName): Promise<QueueCounts> {
    const queue = this.queues.get(name);
    const [counts, isPaused, [oldest]] = await Promise.all([
      queue.getJobCounts(),
      queue.isPaused(),
      queue.getJobs(['waiting'], 0, 0, true),
    ]);
    const of = (state: string) => counts[state] ?? 0;
    return {
      name,
      isPaused,
      waiting: of('waiting') + of('paused') + of('prioritized'),
      active: of('active'),
      delayed: of('delayed'),
      failed: of('failed'),
      completed: of('completed'),
      oldestWaitingMs: oldest === undefined ? 0 : Math.max(0, clock.now() - oldest.timestamp),
    };
  }
}
