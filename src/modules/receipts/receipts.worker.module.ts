import { Module } from '@nestjs/common';
import { QueuesModule } from '../queues/queues.module.js';
import { CursorStoreModule } from './cursor-store.module.js';
import { ReceiptsConsumer } from './workers/receipts.consumer.js';

/** What a worker does for receipts. */
@Module({ imports: [QueuesModule, CursorStoreModule], providers: [ReceiptsConsumer] })
export class ReceiptsWorkerModule {}
