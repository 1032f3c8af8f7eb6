import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { MaintenanceConsumer } from './workers/maintenance.consumer.js';
import { QueueWorkers } from './workers/queue-workers.js';

/** Makes this process work on all queues. Imported by worker roles, together with the features' consumers. */
@Module({ imports: [DiscoveryModule], providers: [QueueWorkers, MaintenanceConsumer] })
export class QueueWorkersModule {}
