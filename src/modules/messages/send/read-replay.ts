import { Injectable } from '@nestjs/common';
import type { Message } from '#contracts/messages/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Access } from '../../conversations/access.js';
import { asSent } from '../domain/message-state.js';
import { CommittedMessages } from '../read/committed-messages.js';
import type { MessageToSend } from './accept.js';

/** Reads the message that answers a repeated send. */
@Injectable()
export class ReadReplay {
  constructor(
    private readonly access: Access,
    private readonly messages: CommittedMessages,
  ) {}

  /** The message as it is now; for a sender who may not see it any more, as they sent it. */
  async execute(senderId: UserId, conversationId: ConversationId, seq: number, sent: MessageToSend): Promise<Message> {
    const message = await this.messages.getMessage(senderId, conversationId, seq);
    return (await this.canSee(senderId, conversationId, seq)) ? message : asSent(message, sent);
  }

  private async canSee(senderId: UserId, conversationId: ConversationId, seq: number): Promise<boolean> {
    try {
      return (await this.access.of(conversationId, senderId)).canSee(seq);
    } catch (error) {
      if (error instanceof AppError && error.code === 'conversation.notFound') return false;
      throw error;
    }
  }
}
