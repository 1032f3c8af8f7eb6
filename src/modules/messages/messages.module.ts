import { Module } from '@nestjs/common';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { PresenceModule } from '../presence/presence.module.js';
import { QueuesModule } from '../queues/queues.module.js';
import { RealtimeModule } from '../realtime/realtime.module.js';
import { ChangeMessage } from './changes/change-message.js';
import { DeleteMessage } from './changes/delete-message.js';
import { EditMessage } from './changes/edit-message.js';
import { PinMessage } from './changes/pin-message.js';
import { React } from './changes/react.js';
import { HistoryReaders } from './history-readers.js';
import { LastMessages } from './last-messages.js';
import { MessageAppliersModule } from './message-appliers.module.js';
import { MessageReader } from './message-reader.js';
import { HistoryPages } from './read/history-pages.js';
import { MessageLists } from './read/message-lists.js';
import { ChangedMessages } from './read/changed-messages.js';
import { PendingMessages } from './read/pending-messages.js';
import { Accept } from './send/accept.js';
import { BacklogGuard } from './send/backlog-guard.js';
import { Commit } from './send/commit.js';
import { Deliver } from './send/deliver.js';
import { SendMessage } from './send/send-message.js';
import { SlowMode } from './send/slow-mode.js';
import { MessageChangesController } from './transport/message-changes.controller.js';
import { MessagesGateway } from './transport/messages.gateway.js';
import { MessagesController } from './transport/messages.controller.js';

const hotPath = [Accept, SlowMode, Commit, Deliver, SendMessage, BacklogGuard];
const changes = [ChangeMessage, EditMessage, DeleteMessage, React, PinMessage];
const reads = [ChangedMessages, PendingMessages, MessageReader, HistoryReaders, HistoryPages, MessageLists, LastMessages];

/** The product: sending, reading and changing messages. */
@Module({
  imports: [MessageAppliersModule, ConversationsModule, PresenceModule, RealtimeModule, QueuesModule],
  controllers: [MessagesController, MessageChangesController],
  providers: [...hotPath, ...changes, ...reads, MessagesGateway],
  exports: [SendMessage, MessageReader, HistoryReaders],
})
export class MessagesModule {}
