import { type IQueueBackend, Queue, type QueueOptions } from 'bullmq';
import type { Jobs, QueueName } from '../job-types.js';
import { createBackend, type QueueStore } from './queue-store.js';

/** The queue class of `@nestjs/bullmq`: BullMQ's queue on either store. Its errors are logged, and do not end the process. */
export class ParleyQueue<N extends QueueName> extends Queue<Jobs[N], unknown, string, Jobs[N], unknown, string, IQueueBackend, QueueStore> {
  constructor(name: N, options: QueueOptions<QueueStore>) {
    super(name, options, createBackend);
    this.on('error', options.connection.reportOutage);
  }
}
