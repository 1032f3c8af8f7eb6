import { Injectable } from '@nestjs/common';
import type { HistoryPage, HistoryQuery, Message } from '#contracts/messages/schemas.js';
import type { ConversationId } from '#contracts/primitives.js';
import { DeleteMessage } from './changes/delete-message.js';
import { ReadHistory } from './read/read-history.js';
import { operatorId } from '../conversations/member-access.js';

/** What operators may see and do with the messages of every conversation. The caller has checked that an operator asks, and records it. */
@Injectable()
export class ModerateMessages {
  constructor(
    private readonly history: ReadHistory,
    private readonly deletion: DeleteMessage,
  ) {}

  /** A page of history. It leaves no receipts. Throws `conversation.notFound`. */
  readHistory(conversationId: ConversationId, query: HistoryQuery): Promise<HistoryPage> {
    return this.history.execute(operatorId, conversationId, query);
  }

  /** Deletes a message for all members. Throws `conversation.notFound`, `message.notFound`. */
  deleteMessage(conversationId: ConversationId, seq: number): Promise<Message> {
    return this.deletion.execute(operatorId, { conversationId, seq });
  }
}
