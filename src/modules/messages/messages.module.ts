import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { LastMessageSource } from '../conversations/last-message-source.js';
import { PresenceModule } from '../presence/presence.module.js';
import { QueuesModule } from '../queues/queues.module.js';
import { RealtimeModule } from '../realtime/realtime.module.js';
import { ChangeMessage } from './changes/change-message.js';
import { DeleteMessage } from './changes/delete-message.js';
import { EditMessage } from './changes/edit-message.js';
import { PinMessage } from './changes/pin-message.js';
import { React } from './changes/react.js';
import { SaveMessage } from './changes/save-message.js';
import { SavedMessageEntity } from './infra/saved-message.entity.js';
import { MessageAppliersModule } from './message-appliers.module.js';
import { MessageReader } from './message-reader.js';
import { ModerateMessages } from './moderate-messages.js';
import { ChangedMessages } from './read/changed-messages.js';
import { CommittedMessages } from './read/committed-messages.js';
import { LastMessages } from './read/last-messages.js';
import { ListSavedMessages } from './read/list-saved-messages.js';
import { MessageLists } from './read/message-lists.js';
import { PendingMessages } from './read/pending-messages.js';
import { ReadHistory } from './read/read-history.js';
import { SearchMessages } from './read/search-messages.js';
import { Accept } from './send/accept.js';
import { BacklogGuard } from './send/backlog-guard.js';
import { Deliver } from './send/deliver.js';
import { FindReplays } from './send/find-replays.js';
import { ReadReplay } from './send/read-replay.js';
import { SendCarefully } from './send/send-carefully.js';
import { SendMessage } from './send/send-message.js';
import { SlowMode } from './send/slow-mode.js';
import { WakePersistence } from './send/wake-persistence.js';
import { MessageChangesController } from './transport/message-changes.controller.js';
import { MessagesGateway } from './transport/messages.gateway.js';
import { MessagesController } from './transport/messages.controller.js';

const hotPath = [SendMessage, Accept, SlowMode, FindReplays, SendCarefully, ReadReplay, Deliver, WakePersistence, BacklogGuard];
const changes = [ChangeMessage, EditMessage, DeleteMessage, React, PinMessage, SaveMessage];
const reads = [ReadHistory, MessageLists, ListSavedMessages, SearchMessages, ModerateMessages];

/** What is committed, for this module and others. Global, because conversations, which inject `LastMessageSource`, may not import this one. */
@Global()
@Module({
  imports: [ConversationsModule],
  providers: [
    CommittedMessages,
    PendingMessages,
    ChangedMessages,
    { provide: MessageReader, useExisting: CommittedMessages },
    LastMessages,
    { provide: LastMessageSource, useExisting: LastMessages },
  ],
  exports: [CommittedMessages, MessageReader, LastMessageSource],
})
class CommittedMessagesModule {}

/** The product: sending, reading and changing messages. */
@Module({
  imports: [
    TypeOrmModule.forFeature([SavedMessageEntity]),
    CommittedMessagesModule,
    MessageAppliersModule,
    ConversationsModule,
    PresenceModule,
    RealtimeModule,
    QueuesModule,
  ],
  controllers: [MessagesController, MessageChangesController],
  providers: [...hotPath, ...changes, ...reads, MessagesGateway],
  exports: [CommittedMessagesModule, ModerateMessages],
})
export class MessagesModule {}
