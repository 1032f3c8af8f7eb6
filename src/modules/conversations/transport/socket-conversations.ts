import { Injectable } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { ConversationLog } from '../../log/conversation-log.js';
import { type ListenedConversations, type ReadyConversations, UserConversations } from '../../realtime/user-conversations.js';
import { Conversations } from '../conversations.js';

/** Gives each socket the conversations of its user. */
@Injectable()
export class SocketConversations extends UserConversations {
  constructor(
    private readonly conversations: Conversations,
    private readonly log: ConversationLog,
  ) {
    super();
  }

  listConversations(userId: UserId): Promise<ListenedConversations> {
    return this.conversations.listListened(userId);
  }

  async readHeads(conversationIds: readonly ConversationId[]): Promise<ReadyConversations> {
    const heads = await this.log.heads(conversationIds);
    const epoch = this.log.epoch();
    return conversationIds.flatMap((id) => {
      const head = heads.get(id);
      return head === undefined ? [] : [{ id, epoch, ...head }];
    });
  }
}
