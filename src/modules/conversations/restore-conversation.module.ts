import { Module } from '@nestjs/common';
import { Access } from './access.js';
import { RestoreConversation } from './changes/restore-conversation.js';
import { Conversations } from './conversations.js';
import { DeletedConversations } from './deleted-conversations.js';
import { HistoryFloorsModule } from './history-floors.module.js';
import { AccessReader } from './read/access.reader.js';
import { ConversationReader } from './read/conversation.reader.js';
import { MembershipReader } from './read/membership.reader.js';

/** Restoring deleted conversations from the command line, without routes and sockets. */
@Module({
  imports: [HistoryFloorsModule],
  providers: [DeletedConversations, RestoreConversation, Access, Conversations, AccessReader, ConversationReader, MembershipReader],
  exports: [DeletedConversations],
})
export class RestoreConversationModule {}
