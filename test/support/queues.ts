import { queueOptionsOf } from '../../src/modules/queues/infra/bullmq-options.js';
import { ParleyQueue } from '../../src/modules/queues/infra/parley-queue.js';
import { PostgresQueueStore } from '../../src/modules/queues/infra/postgres-queue-store.js';
import type { QueueStore } from '../../src/modules/queues/infra/queue-store.js';
import type { QueueName } from '../../src/modules/queues/job-types.js';
import { Queues } from '../../src/modules/queues/queues.js';

/** Milliseconds that workers of the tests wait for their running jobs when they close. */
export const workerCloseTimeoutMs = 1_000;

/** Opens the queues in this database, and no workers. Close them with `onApplicationShutdown`. */
export async function openQueues(databaseUrl: string): Promise<Queues> {
  return queuesOn(await PostgresQueueStore.open(databaseUrl, workerCloseTimeoutMs));
}

/** The queues in this store. */
export function queuesOn(store: QueueStore): Queues {
  const open = <N extends QueueName>(name: N) => new ParleyQueue(name, { ...queueOptionsOf(name), connection: store });
  return new Queues(store, open('persistence'), open('receipts'), open('dead-letters'), open('maintenance'));
}
