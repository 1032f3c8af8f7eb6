import { Module } from '@nestjs/common';
import { QueuesModule } from '../queues/queues.module.js';
import { ReceiptsConsumer } from './workers/receipts.consumer.js';

/** What a worker does for receipts. */
@Module({ imports: [QueuesModule], providers: [ReceiptsConsumer] })
export class ReceiptsWorkerModule {}
