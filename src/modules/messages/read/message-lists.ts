import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { limits } from '#contracts/limits.js';
import type { Message, MessageEdit, MessageSearchQuery } from '#contracts/messages/schemas.js';
import { type ConversationId, type Page, type PageQuery, Timestamp, type UserId } from '#contracts/primitives.js';
import { Database } from '../../../database/database.js';
import { containsPattern } from '../../../database/like-pattern.js';
import { AppError } from '#platform/errors/app-error.js';
import { decodeCursor } from '../../../transport/cursor.js';
import { toPage } from '../../../transport/to-page.js';
import { Access } from '../../conversations/access.js';
import { MessageReader, seqEnd } from '../message-reader.js';
import { filterSql } from './history-filter.js';
import { selectMessages } from './select-messages.js';

const seqPosition = z.int().min(0);
const pinPosition = z.tuple([Timestamp, seqPosition]);
const searchPosition = z.tuple([Timestamp, z.uuid()]);

/** The lists around messages: replies, former texts, pins, search. All in pages, all for members only. */
@Injectable()
export class MessageLists {
  constructor(
    private readonly access: Access,
    private readonly database: Database,
    private readonly reader: MessageReader,
  ) {}

  /** One message of a conversation the user is in. Throws `conversation.notFound`, `message.notFound`. */
  async one(userId: UserId, conversationId: ConversationId, seq: number): Promise<Message> {
    const member = await this.access.of(conversationId, userId);
    if (seq < member.visibleFromSeq) throw new AppError('message.notFound');
    return this.reader.get(conversationId, seq, userId);
  }

  /** The replies to a message, oldest first. */
  async replies(userId: UserId, conversationId: ConversationId, seq: number, page: PageQuery): Promise<Page<Message>> {
    await this.one(userId, conversationId, seq);
    const limit = page.limit ?? limits.pageSizeDefault;
    const afterSeq = decodeCursor(seqPosition, page.cursor) ?? seq;
    const found = await this.reader.range(conversationId, userId, { afterSeq, beforeSeq: seqEnd }, 'asc', limit + 1, { replyTo: seq });
    return toPage(found, limit, (message) => message.seq);
  }

  /** The former texts of a message, oldest first; none of a deleted one. */
  async edits(userId: UserId, conversationId: ConversationId, seq: number, page: PageQuery): Promise<Page<MessageEdit>> {
    const message = await this.one(userId, conversationId, seq);
    if (message.deletedAt !== null) return { items: [], nextCursor: null };
    const limit = page.limit ?? limits.pageSizeDefault;
    const rows = await this.database.query<{ rev: number; text: string | null; replaced_at: Date }>(
      'SELECT rev, text, replaced_at FROM message_edits WHERE conversation_id = $1 AND seq = $2 AND rev > $3 ORDER BY rev LIMIT $4',
      [conversationId, seq, decodeCursor(seqPosition, page.cursor) ?? 0, limit + 1],
    );
    const { items, nextCursor } = toPage(rows, limit, (row) => row.rev);
    return { items: items.map((row) => ({ seq, text: row.text, replacedAt: row.replaced_at.toISOString() })), nextCursor };
  }

  /** The pinned messages, latest pin first. */
  async pins(userId: UserId, conversationId: ConversationId, page: PageQuery): Promise<Page<Message>> {
    const member = await this.access.of(conversationId, userId);
    await this.reader.showChanges(conversationId);
    const limit = page.limit ?? limits.pageSizeDefault;
    const [at, seq] = decodeCursor(pinPosition, page.cursor) ?? [null, 0];
    const clause = `m.conversation_id = $2 AND m.pinned_at IS NOT NULL AND m.seq >= $3 AND h.seq IS NULL
      AND ($4::timestamptz IS NULL OR (m.pinned_at, m.seq) < ($4, $5))
      ORDER BY m.pinned_at DESC, m.seq DESC LIMIT $6`;
    const found = await selectMessages(this.database, userId, clause, [conversationId, member.visibleFromSeq, at, seq, limit + 1]);
    return toPage(found, limit, (message) => [message.pinnedAt, message.seq]);
  }

  /** Messages whose text contains `q`, newest first, in the conversations the user is in. The index lags by a second or two. */
  async search(userId: UserId, query: MessageSearchQuery): Promise<Page<Message>> {
    if (query.conversationId !== undefined) await this.access.of(query.conversationId, userId);
    const limit = query.limit ?? limits.pageSizeDefault;
    const [at, id] = decodeCursor(searchPosition, query.cursor) ?? [null, null];
    const params: unknown[] = [query.conversationId ?? null, at, id, limit + 1, containsPattern(query.q)];
    const conditions = filterSql({ sender: query.sender, from: query.from, to: query.to, text: query.q }, params);
    const visible = `EXISTS (
        SELECT FROM members v JOIN conversations c ON c.id = v.conversation_id
        WHERE v.user_id = $1::uuid AND v.left_at IS NULL AND c.deleted_at IS NULL AND v.conversation_id = m.conversation_id
          AND (c.policy ->> 'historyForNewMembers' = 'all' OR m.seq > v.joined_seq))`;
    const indexed = `(m.conversation_id, m.seq) IN (
        SELECT s.conversation_id, s.seq FROM message_search s WHERE s.text ILIKE $6 AND ($2::uuid IS NULL OR s.conversation_id = $2))`;
    const clause = `($2::uuid IS NULL OR m.conversation_id = $2) AND m.deleted_at IS NULL AND ${indexed} AND ${visible}
      AND ($3::timestamptz IS NULL OR (m.created_at, m.id) < ($3, $4::uuid))${conditions}
      ORDER BY m.created_at DESC, m.id DESC LIMIT $5`;
    const found = await selectMessages(this.database, userId, clause, params);
    return toPage(found, limit, (message) => [message.createdAt, message.id]);
  }
}
