import { Global, Module } from '@nestjs/common';
import { REDIS, type SharedRedis } from '#platform/redis/shared-redis.js';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { HistoryFloorsModule } from '../conversations/history-floors.module.js';
import { UnreadSource } from '../conversations/unread-source.js';
import { MessagesModule } from '../messages/messages.module.js';
import { QueuesModule } from '../queues/queues.module.js';
import { RealtimeModule } from '../realtime/realtime.module.js';
import { UsersModule } from '../users/users.module.js';
import { AdvanceCursors } from './changes/advance-cursors.js';
import { ReceiptEvents } from './changes/receipt-events.js';
import { MarkDelivered } from './mark-delivered.js';
import { CursorStore } from './infra/cursor-store.js';
import { MemoryCursorStore } from './infra/memory-cursor-store.js';
import { RedisCursorStore } from './infra/redis-cursor-store.js';
import { FindMessageReceipts } from './read/find-message-receipts.js';
import { LiveUnreadCounts } from './read/live-unread-counts.js';
import { ReceiptsGateway } from './transport/receipts.gateway.js';
import { ReceiptsController } from './transport/receipts.controller.js';
import { ReceiptsConsumer } from './workers/receipts.consumer.js';

/** The moved cursors and the live counts of this process. Global, because the modules that inject `UnreadSource` may not import this one. */
@Global()
@Module({
  imports: [HistoryFloorsModule],
  providers: [
    { provide: CursorStore, inject: [REDIS], useFactory: openCursorStore },
    LiveUnreadCounts,
    { provide: UnreadSource, useExisting: LiveUnreadCounts },
  ],
  exports: [CursorStore, LiveUnreadCounts, UnreadSource],
})
export class UnreadCountsModule {}

/** Delivered and read cursors, receipts, exact unread counts. */
@Module({
  imports: [UsersModule, ConversationsModule, MessagesModule, RealtimeModule, QueuesModule, UnreadCountsModule],
  controllers: [ReceiptsController],
  providers: [AdvanceCursors, FindMessageReceipts, MarkDelivered, ReceiptsGateway, ReceiptEvents],
  exports: [MarkDelivered],
})
export class ReceiptsModule {}

/** Writes cursor moves. Imported by worker roles. */
@Module({ imports: [QueuesModule, UnreadCountsModule], providers: [ReceiptsConsumer] })
export class ReceiptsWorkerModule {}

function openCursorStore(redis: SharedRedis | null): CursorStore {
  return redis === null ? new MemoryCursorStore() : new RedisCursorStore(redis.connections.commands);
}
