import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { limits } from '#contracts/limits.js';
import type { Message, MessageEdit } from '#contracts/messages/schemas.js';
import { type ConversationId, type Page, type PageQuery, Rev, SeqCursor, TimestampInput, type UserId } from '#contracts/primitives.js';
import { Database } from '../../../database/database.js';
import { decodeCursor } from '../../../transport/cursor.js';
import { toPage } from '../../../transport/to-page.js';
import { Access } from '../../conversations/access.js';
import { CommittedMessages } from './committed-messages.js';
import { seqMax } from './pending-messages.js';
import { selectMessages } from './select-messages.js';

const pinPosition = z.tuple([TimestampInput, SeqCursor]);

/** Lists of messages apart from the history: replies, former texts and pins. All have pages and are for members only. */
@Injectable()
export class MessageLists {
  constructor(
    private readonly access: Access,
    private readonly database: Database,
    private readonly messages: CommittedMessages,
  ) {}

  /** One message of a conversation. Throws `conversation.notFound`, `message.notFound`. */
  async getMessage(userId: UserId, conversationId: ConversationId, seq: number): Promise<Message> {
    const member = await this.access.of(conversationId, userId);
    member.requireSight(seq);
    return this.messages.getMessage(userId, conversationId, seq);
  }

  /** The replies to a message, oldest first. */
  async listReplies(userId: UserId, conversationId: ConversationId, seq: number, page: PageQuery): Promise<Page<Message>> {
    await this.getMessage(userId, conversationId, seq);
    const limit = page.limit ?? limits.pageSizeDefault;
    const afterSeq = decodeCursor(SeqCursor, page.cursor) ?? seq;
    const query = { afterSeq, beforeSeq: seqMax, order: 'asc', limit: limit + 1, filter: { replyTo: seq } } as const;
    const found = await this.messages.listRange(userId, conversationId, query);
    return toPage(found, limit, (message) => message.seq);
  }

  /** The former texts of a message, oldest first. A deleted message has none. */
  async listEdits(userId: UserId, conversationId: ConversationId, seq: number, page: PageQuery): Promise<Page<MessageEdit>> {
    const message = await this.getMessage(userId, conversationId, seq);
    if (message.deletedAt !== null) return { items: [], nextCursor: null };
    const limit = page.limit ?? limits.pageSizeDefault;
    const rows = await this.database.query<{ rev: number; text: string | null; replaced_at: Date }>(
      'SELECT rev, text, replaced_at FROM message_edits WHERE conversation_id = $1 AND seq = $2 AND rev > $3 ORDER BY rev LIMIT $4',
      [conversationId, seq, decodeCursor(Rev, page.cursor) ?? 0, limit + 1],
    );
    const { items, nextCursor } = toPage(rows, limit, (row) => row.rev);
    return { items: items.map((row) => ({ seq, text: row.text, replacedAt: row.replaced_at.toISOString() })), nextCursor };
  }

  /** The pinned messages, latest pin first. */
  async listPins(userId: UserId, conversationId: ConversationId, page: PageQuery): Promise<Page<Message>> {
    const member = await this.access.of(conversationId, userId);
    await this.messages.storePendingChanges(conversationId);
    const limit = page.limit ?? limits.pageSizeDefault;
    const [at, seq] = decodeCursor(pinPosition, page.cursor) ?? [null, 0];
    const clause = `m.conversation_id = $2 AND m.pinned_at IS NOT NULL AND m.seq >= $3 AND h.seq IS NULL
      AND ($4::timestamptz IS NULL OR (m.pinned_at, m.seq) < ($4, $5))
      ORDER BY m.pinned_at DESC, m.seq DESC LIMIT $6`;
    const found = await selectMessages(this.database, userId, clause, [conversationId, member.visibleFromSeq, at, seq, limit + 1]);
    return toPage(found, limit, (message) => [message.pinnedAt, message.seq]);
  }
}
