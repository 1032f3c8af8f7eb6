import { Module } from '@nestjs/common';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { ReceiptsModule } from '../receipts/receipts.module.js';
import { RealtimeModule } from '../realtime/realtime.module.js';
import { UsersModule } from '../users/users.module.js';
import { ChangedMembers } from './changed-members.js';
import { SyncConversations } from './sync-conversations.js';
import { SyncGateway } from './sync.gateway.js';
import { SyncController } from './sync.controller.js';

/** Catch-up by `(epoch, rev)`. */
@Module({
  imports: [UsersModule, ConversationsModule, MessagesModule, ReceiptsModule, RealtimeModule],
  controllers: [SyncController],
  providers: [ChangedMembers, SyncConversations, SyncGateway],
})
export class SyncModule {}
