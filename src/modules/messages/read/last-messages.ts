import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Message } from '#contracts/messages/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Access } from '../../conversations/access.js';
import { LastMessageSource, LastMessageSources } from '../../conversations/last-message-source.js';
import { CommittedMessages } from './committed-messages.js';

/** The newest message of each conversation, for lists of conversations; none where it is from before the viewer joined and hidden from them. */
@Injectable()
export class LastMessages extends LastMessageSource implements OnModuleInit {
  constructor(
    private readonly sources: LastMessageSources,
    private readonly messages: CommittedMessages,
    private readonly access: Access,
  ) {
    super();
  }

  onModuleInit(): void {
    this.sources.register(this);
  }

  async newest(conversationIds: readonly ConversationId[], viewerId: UserId): Promise<Map<ConversationId, Message>> {
    const newest = await this.messages.findNewest(viewerId, conversationIds);
    for (const [id, message] of newest) {
      const member = await this.access.of(id, viewerId);
      if (message.seq < member.visibleFromSeq) newest.delete(id);
    }
    return newest;
  }
}
