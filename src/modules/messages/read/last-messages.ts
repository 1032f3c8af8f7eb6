import { Injectable } from '@nestjs/common';
import type { Message } from '#contracts/messages/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Access } from '../../conversations/access.js';
import { LastMessageSource } from '../../conversations/last-message-source.js';
import { CommittedMessages } from './committed-messages.js';

/** The newest message of each conversation, for lists of conversations. Leaves out messages from before the viewer joined, where those are hidden. */
@Injectable()
export class LastMessages extends LastMessageSource {
  constructor(
    private readonly messages: CommittedMessages,
    private readonly access: Access,
  ) {
    super();
  }

  async findNewest(viewerId: UserId, conversationIds: readonly ConversationId[]): Promise<Map<ConversationId, Message>> {
    const newest = await this.messages.findNewest(viewerId, conversationIds);
    for (const [id, message] of newest) {
      const member = await this.access.of(id, viewerId);
      if (!member.canSee(message.seq)) newest.delete(id);
    }
    return newest;
  }
}
