import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { limits } from '#contracts/limits.js';
import type { FoundMessage, MessageSearchQuery } from '#contracts/messages/schemas.js';
import { type ConversationId, MessageId, type Page, TimestampInput, type UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Database } from '../../../database/database.js';
import { decodeCursor } from '../../../transport/cursor.js';
import { toPage } from '../../../transport/to-page.js';
import { Access } from '../../conversations/access.js';
import { HistoryFloors } from '../../conversations/history-floors.js';
import { isInViewSql } from '../../conversations/is-in-view-sql.js';
import { highlightsOf } from '../domain/highlight.js';
import { asWholeWords, parseSearchQuery, type SearchQuery, type SearchTerm } from '../domain/search-query.js';
import { inConversations, tsqueryInOrder, tsqueryOf } from '../infra/search-tokens.js';
import { CommittedMessages } from './committed-messages.js';

/** How well a message matches: the words in their order, all words whole, or some as the beginning of longer words. */
const rankOf = { inOrder: 2, wholeWords: 1, beginnings: 0 } as const;
/** The index checks each match for all conversations of the query. With more of them, that costs more than it saves. */
const conversationsInQueryMax = 100;
/** Length of the texts, in UTF-16 code units, that are marked before other work of the process gets its turn. */
const lengthPerSlice = 20_000;

const SearchPosition = z.tuple([z.int().min(0).max(rankOf.inOrder), TimestampInput, MessageId]);

interface FoundRow {
  readonly conversation_id: ConversationId;
  readonly seq: number;
  readonly rank: number;
  readonly id: string;
  readonly created_at: Date;
}

/**
 * How Postgres finds the messages that match. A query that names its conversations reads the index of words, which passes over all
 * others. Left to itself, the planner takes such a query for expensive and reads each message of the user. Without conversations,
 * the planner chooses: a rare word by the index, and a frequent one, which most of the server's messages may have, by conversation.
 */
const waysToFind = { byIndex: 'MATERIALIZED', asPlanned: 'NOT MATERIALIZED' } as const;

/**
 * Arguments  how to find what matches, and the retention of `c` as SQL; $1 user, $2 conversation or null, $3 what to find (tsquery),
 *            $4 whole words and $5 words in order (tsquery, null where all matches are equal), $6 rank, $7 time and $8 id of the last
 *            row of the former page, $9 sender, $10 from, $11 to, $12 limit
 * Answers    the places of the messages that match and that the user may read, best and newest first
 */
const selectMatches = (how: (typeof waysToFind)[keyof typeof waysToFind], retention: string) => `
  WITH found AS ${how} (
    SELECT s.conversation_id, s.seq,
      CASE WHEN s.tokens @@ $5::tsquery THEN ${rankOf.inOrder} WHEN s.tokens @@ $4::tsquery THEN ${rankOf.wholeWords} ELSE ${rankOf.beginnings} END AS rank
    FROM message_search s
    WHERE s.tokens @@ $3::tsquery AND ($2::uuid IS NULL OR s.conversation_id = $2)
  )
  SELECT f.conversation_id, f.seq, f.rank, f.id, f.created_at FROM (
    SELECT s.conversation_id, s.seq, m.id, m.created_at, s.rank
    FROM found s
    JOIN members v ON v.conversation_id = s.conversation_id AND v.user_id = $1::uuid AND v.left_at IS NULL
    JOIN conversations c ON c.id = v.conversation_id AND c.deleted_at IS NULL
    JOIN messages m ON m.conversation_id = v.conversation_id AND m.seq = s.seq
    WHERE ${isInViewSql('v', 's.seq')} AND s.seq >= c.hidden_before_seq
      AND (m.created_at <= now() - make_interval(secs => ${retention})) IS NOT TRUE
      AND m.deleted_at IS NULL
      AND NOT EXISTS (SELECT FROM message_hides h WHERE h.conversation_id = v.conversation_id AND h.user_id = $1 AND h.seq = s.seq)
      AND ($9::uuid IS NULL OR m.sender_id = $9) AND ($10::timestamptz IS NULL OR m.created_at >= $10) AND ($11::timestamptz IS NULL OR m.created_at <= $11)
  ) f
  WHERE $7::timestamptz IS NULL OR (f.rank, f.created_at, f.id) < ($6::int, $7, $8::uuid)
  ORDER BY f.rank DESC, f.created_at DESC, f.id DESC LIMIT $12`;

/** Arguments: $1 user, $2 limit. */
const selectConversations = `
  SELECT v.conversation_id FROM members v JOIN conversations c ON c.id = v.conversation_id AND c.deleted_at IS NULL
  WHERE v.user_id = $1 AND v.left_at IS NULL LIMIT $2`;

/** Finds messages by their words in all conversations of a user. The search index lags behind by a second or two. */
@Injectable()
export class SearchMessages {
  constructor(
    private readonly access: Access,
    private readonly database: Database,
    private readonly messages: CommittedMessages,
    private readonly floors: HistoryFloors,
  ) {}

  /** A page of the matches, best first. Throws `conversation.notFound`, and `validation.failed` if the query names no word to find. */
  async execute(userId: UserId, query: MessageSearchQuery): Promise<Page<FoundMessage>> {
    if (query.conversationId !== undefined) await this.access.of(query.conversationId, userId);
    const search = parseSearchQuery(query.q);
    if (search.wanted.length === 0)
      throw new AppError('validation.failed', { errors: [{ path: 'q', message: 'must name a word to find' }] });
    const limit = query.limit ?? limits.pageSizeDefault;
    const rows = await this.findRows(userId, query, search, limit + 1);
    const page = toPage(rows, limit, (row) => [row.rank, row.created_at.toISOString(), row.id]);
    return { items: await this.present(userId, page.items, search.wanted), nextCursor: page.nextCursor };
  }

  private async findRows(userId: UserId, query: MessageSearchQuery, search: SearchQuery, limit: number): Promise<FoundRow[]> {
    const position = decodeCursor(SearchPosition, query.cursor) ?? [null, null, null];
    const ids = query.conversationId === undefined ? await this.conversationsOf(userId) : [query.conversationId];
    if (ids.length === 0) return [];
    const places = ids.length <= conversationsInQueryMax ? [inConversations(ids)] : [];
    const unwanted = search.excluded.map((term) => `!(${tsqueryOf([term])})`);
    const matching = [...places, tsqueryOf(search.wanted), ...unwanted].join(' & ');
    const ranks = query.order === 'newest' ? [null, null] : ranksOf(search.wanted);
    const filters = [query.sender ?? null, query.from ?? null, query.to ?? null];
    const how = places.length > 0 ? waysToFind.byIndex : waysToFind.asPlanned;
    return this.database.query<FoundRow>(selectMatches(how, this.floors.retentionSql()), [
      userId,
      query.conversationId ?? null,
      matching,
      ...ranks,
      ...position,
      ...filters,
      limit,
    ]);
  }

  private async conversationsOf(userId: UserId): Promise<ConversationId[]> {
    const rows = await this.database.query<{ conversation_id: ConversationId }>(selectConversations, [userId, conversationsInQueryMax + 1]);
    return rows.map((row) => row.conversation_id);
  }

  /** The messages of the rows. One that was deleted, or edited to another text, since it was indexed is left out. */
  private async present(userId: UserId, rows: readonly FoundRow[], terms: readonly SearchTerm[]): Promise<FoundMessage[]> {
    const places = rows.map((row) => ({ conversationId: row.conversation_id, seq: row.seq }));
    const found: FoundMessage[] = [];
    let length = 0;
    for (const message of await this.messages.findMessages(userId, places)) {
      if (message === undefined || message.text === null) continue;
      const highlights = highlightsOf(message.text, terms);
      if (highlights.length > 0) found.push({ ...message, highlights });
      length += message.text.length;
      if (length < lengthPerSlice) continue;
      length = 0;
      await setImmediate();
    }
    return found;
  }
}

/** The queries for whole words and for words in order. */
function ranksOf(wanted: readonly SearchTerm[]): [string, string] {
  const wholeWords = asWholeWords(wanted);
  return [tsqueryOf(wholeWords), tsqueryInOrder(wholeWords)];
}
