import { Module } from '@nestjs/common';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { QueuesModule } from '../queues/queues.module.js';
import { RealtimeModule } from '../realtime/realtime.module.js';
import { AdvanceCursors } from './advance-cursors.js';
import { AdvanceWriter } from './advance-writer.js';
import { CursorStoreModule } from './cursor-store.module.js';
import { MessageReceiptsReader } from './message-receipts.js';
import { ReceiptEvents } from './receipt-events.js';
import { ReceiptsGateway } from './transport/receipts.gateway.js';
import { ReceiptsController } from './transport/receipts.controller.js';
import { UnreadAudit } from './unread-audit.js';
import { LiveUnreadCounts } from './unread-counts.js';

/** Delivered and read cursors, receipts, exact unread counts. */
@Module({
  imports: [ConversationsModule, MessagesModule, RealtimeModule, QueuesModule, CursorStoreModule],
  controllers: [ReceiptsController],
  providers: [AdvanceCursors, AdvanceWriter, LiveUnreadCounts, MessageReceiptsReader, ReceiptsGateway, ReceiptEvents, UnreadAudit],
  exports: [UnreadAudit, LiveUnreadCounts],
})
export class ReceiptsModule {}
