import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { limits } from '#contracts/limits.js';
import type { SavedMessage } from '#contracts/messages/schemas.js';
import { ConversationId, type Page, type PageQuery, Seq, TimestampInput, type UserId } from '#contracts/primitives.js';
import { Database } from '../../../database/database.js';
import { decodeCursor } from '../../../transport/cursor.js';
import { toPage } from '../../../transport/to-page.js';
import { HistoryFloors } from '../../conversations/history-floors.js';
import { isInViewSql } from '../../conversations/is-in-view-sql.js';
import { CommittedMessages } from './committed-messages.js';

interface SavedRow {
  readonly conversation_id: ConversationId;
  readonly seq: number;
  readonly saved_at: Date;
}

const SavedPosition = z.tuple([TimestampInput, ConversationId, Seq]);

/**
 * Arguments  the retention of `c` as SQL; $1 user, $2 time or null, $3 conversation and $4 seq of the last row of the former page, $5 limit
 * Answers    The user's saved messages that they may read now, latest save first. A message that is not persisted yet has no row in
 *            \`messages\`, and counts.
 */
const selectSaved = (retention: string) => `
  SELECT s.conversation_id, s.seq, s.saved_at FROM saved_messages s
  JOIN members v ON v.conversation_id = s.conversation_id AND v.user_id = s.user_id AND v.left_at IS NULL
  JOIN conversations c ON c.id = s.conversation_id AND c.deleted_at IS NULL
  WHERE s.user_id = $1
    AND ${isInViewSql('v', 's.seq')} AND s.seq >= c.hidden_before_seq
    AND NOT EXISTS (SELECT FROM messages m WHERE m.conversation_id = s.conversation_id AND m.seq = s.seq
      AND (m.deleted_at IS NOT NULL OR m.created_at <= now() - make_interval(secs => ${retention})))
    AND NOT EXISTS (SELECT FROM message_hides h WHERE h.conversation_id = s.conversation_id AND h.user_id = s.user_id AND h.seq = s.seq)
    AND ($2::timestamptz IS NULL OR (s.saved_at, s.conversation_id, s.seq) < ($2, $3::uuid, $4::int))
  ORDER BY s.saved_at DESC, s.conversation_id DESC, s.seq DESC LIMIT $5`;

/** Lists the messages that a user saved, in all their conversations, as the messages are now. */
@Injectable()
export class ListSavedMessages {
  constructor(
    private readonly database: Database,
    private readonly messages: CommittedMessages,
    private readonly floors: HistoryFloors,
  ) {}

  /** Latest save first. Leaves out messages that the user cannot read now, and deleted ones. */
  async execute(userId: UserId, query: PageQuery): Promise<Page<SavedMessage>> {
    const limit = query.limit ?? limits.pageSizeDefault;
    const [at, conversationId, seq] = decodeCursor(SavedPosition, query.cursor) ?? [null, null, null];
    const rows = await this.database.query<SavedRow>(selectSaved(this.floors.retentionSql()), [userId, at, conversationId, seq, limit + 1]);
    const page = toPage(rows, limit, (row) => [row.saved_at.toISOString(), row.conversation_id, row.seq]);
    const messages = await this.messages.findMessages(
      userId,
      page.items.map((row) => ({ conversationId: row.conversation_id, seq: row.seq })),
    );
    const items = page.items.flatMap((row, index) => {
      const message = messages[index];
      return message === undefined ? [] : [{ message, savedAt: row.saved_at.toISOString() }];
    });
    return { items, nextCursor: page.nextCursor };
  }
}
