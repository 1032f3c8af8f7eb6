import { InjectQueue } from '@nestjs/bullmq';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { QueueName } from './job-types.js';
import { type JobQueue, QueueStore } from './infra/queue-store.js';

/** The queues by name, typed by the table of jobs, and the store below them. */
@Injectable()
export class Queues implements OnApplicationShutdown {
  private readonly byName: { readonly [N in QueueName]: JobQueue<N> };

  constructor(
    private readonly store: QueueStore,
    @InjectQueue('persistence') persistence: JobQueue<'persistence'>,
    @InjectQueue('receipts') receipts: JobQueue<'receipts'>,
    @InjectQueue('dead-letters') deadLetters: JobQueue<'dead-letters'>,
    @InjectQueue('maintenance') maintenance: JobQueue<'maintenance'>,
  ) {
    this.byName = { persistence, receipts, 'dead-letters': deadLetters, maintenance };
  }

  /** The queue of this name. Adding to it fails within three seconds while the store is away. */
  get<N extends QueueName>(name: N): JobQueue<N> {
    return this.byName[name];
  }

  /** Resolves when the store of the queues answers, rejects within a bounded time when it does not. */
  ping(): Promise<void> {
    return this.store.ping();
  }

  /** Closes the queues, then the connections below them. Workers are closed before, in `beforeApplicationShutdown`. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.allSettled(Object.values(this.byName).map((queue) => queue.close()));
    await this.store.close();
  }
}
