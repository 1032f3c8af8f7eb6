import { Module } from '@nestjs/common';
import { MaintenanceConsumer } from './workers/maintenance.consumer.js';
import { QueueWorkers } from './workers/queue-workers.js';

/** Makes this process work on all queues. Imported by worker roles, together with the features' consumers. */
@Module({ providers: [QueueWorkers, MaintenanceConsumer] })
export class QueueWorkersModule {}
