import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { AdditionRequest } from '#contracts/conversations/request-schemas.js';
import { limits } from '#contracts/limits.js';
import { ConversationId, type Page, type PageQuery, type UserId } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import { Database } from '../../../database/database.js';
import { decodeCursor } from '../../../transport/cursor.js';
import { toPage } from '../../../transport/to-page.js';
import { presentRequest, requestsSince, type StoredRequest } from '../infra/additions.js';
import type { ConversationRow } from './conversation-row.js';
import { CursorTime } from './cursor-time.js';

type RequestRow = StoredRequest & Pick<ConversationRow, 'id' | 'type' | 'name' | 'title'>;

const RequestCursor = z.tuple([CursorTime, ConversationId]);

/**
 * Arguments  $1 user, $2 the time before which requests expired, $3 time and $4 conversation of the last row of the former page, $5 limit
 * Returns    the open requests, newest first, without those whose maker has left, is blocked or blocks the user.
 */
const selectRequests = `
  SELECT c.id, c.type, c.name, c.title, a.added_by, a.role, a.added_at FROM additions a
  JOIN conversations c ON c.id = a.conversation_id AND c.deleted_at IS NULL
  JOIN members i ON i.conversation_id = a.conversation_id AND i.user_id = a.added_by AND i.left_at IS NULL
  WHERE a.user_id = $1 AND a.state = 'requested' AND a.added_at > $2
    AND ($3::timestamptz IS NULL OR (a.added_at, a.conversation_id) < ($3, $4::uuid))
    AND NOT EXISTS (SELECT FROM members m WHERE m.conversation_id = a.conversation_id AND m.user_id = a.user_id AND m.left_at IS NULL)
    AND NOT EXISTS (SELECT FROM blocks b WHERE (b.user_id, b.blocked_id) IN ((a.user_id, a.added_by), (a.added_by, a.user_id)))
  ORDER BY a.added_at DESC, a.conversation_id DESC LIMIT $5`;

/** Lists the requests of other users to add this one. */
@Injectable()
export class ListRequests {
  constructor(private readonly database: Database) {}

  async execute(userId: UserId, query: PageQuery): Promise<Page<AdditionRequest>> {
    const limit = query.limit ?? limits.pageSizeDefault;
    const [at, conversationId] = decodeCursor(RequestCursor, query.cursor) ?? [null, null];
    const rows = await this.database.query<RequestRow>(selectRequests, [
      userId,
      requestsSince(clock.date()),
      at === null ? null : new Date(at),
      conversationId,
      limit + 1,
    ]);
    const { items, nextCursor } = toPage(rows, limit, (last) => [last.added_at.getTime(), last.id]);
    return { items: items.map((row) => presentRequest(row, row)), nextCursor };
  }
}
