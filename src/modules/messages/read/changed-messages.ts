import { Injectable } from '@nestjs/common';
import type { Message } from '#contracts/messages/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Database } from '../../../database/database.js';
import { crowdIntervalMs, BatchedReads } from '#platform/batched-reads.js';
import type { ChangedRange } from '../message-reader.js';
import { messageColumns, type MessageRow, presentMessage } from './select-messages.js';

/** A viewer, a conversation, and which of its changes they want. */
export interface ChangedQuery extends ChangedRange {
  readonly viewerId: UserId;
  readonly conversationId: ConversationId;
}

/**
 * The seqs of the first messages that changed for a viewer above a rev, from a seq on. A message changes for all members, or, when the
 * viewer hides it, for the viewer alone. The later of the two changes is its place in the order, so a message is searched for under
 * that change only.
 */
const changedSeqs = `
  (SELECT x.seq FROM messages x
   WHERE x.conversation_id = query.conversation_id AND x.rev > query.rev AND x.seq >= query.from_seq
     AND NOT EXISTS (SELECT FROM message_hides o
       WHERE o.conversation_id = query.conversation_id AND o.user_id = query.viewer_id AND o.seq = x.seq AND o.rev > x.rev)
   ORDER BY x.rev LIMIT query.max_count)
  UNION ALL
  (SELECT o.seq FROM message_hides o JOIN messages x ON x.conversation_id = o.conversation_id AND x.seq = o.seq
   WHERE o.conversation_id = query.conversation_id AND o.user_id = query.viewer_id AND o.rev > query.rev AND o.rev > x.rev
     AND x.seq >= query.from_seq
   ORDER BY o.rev LIMIT query.max_count)`;

/**
 * Arguments  parallel arrays: $1 viewer, $2 conversation, $3 rev, $4 lowest seq, $5 limit
 * Returns    the messages, each with the place of its query (from 1), those of a query by ascending rev
 * Each message is looked up by itself with LIMIT 1: with one join for all, the planner would scan all messages of the conversation.
 */
const selectChanged = `
  SELECT query.place::int, c.*
  FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::int[], $5::int[])
    WITH ORDINALITY AS query (viewer_id, conversation_id, rev, from_seq, max_count, place)
  CROSS JOIN LATERAL (
    SELECT ${messageColumns('query.viewer_id')}
    FROM (${changedSeqs}) AS changed
    CROSS JOIN LATERAL (SELECT * FROM messages WHERE conversation_id = query.conversation_id AND seq = changed.seq LIMIT 1) m
    LEFT JOIN message_hides h ON h.conversation_id = m.conversation_id AND h.user_id = query.viewer_id AND h.seq = m.seq
    ORDER BY GREATEST(m.rev, h.rev) LIMIT query.max_count) c`;

/** Lists stored messages that changed. Queries that arrive together are answered by one statement. */
@Injectable()
export class ChangedMessages {
  private readonly reads = new BatchedReads((queries: readonly ChangedQuery[]) => this.readAll(queries), {
    weightOfKey: ({ limit }) => limit,
    intervalMs: crowdIntervalMs,
  });

  constructor(private readonly database: Database) {}

  /** Messages in their current state, by ascending `rev`; a hidden message by the `rev` of the viewer's own change. */
  async listChanged(query: ChangedQuery): Promise<readonly Message[]> {
    return (await this.reads.readOne(query)) ?? [];
  }

  private async readAll(queries: readonly ChangedQuery[]): Promise<Map<ChangedQuery, Message[]>> {
    const rows = await this.database.prepared<MessageRow & { place: number }>('messages_changed', selectChanged, [
      queries.map(({ viewerId }) => viewerId),
      queries.map(({ conversationId }) => conversationId),
      queries.map(({ afterRev }) => afterRev),
      queries.map(({ visibleFromSeq }) => visibleFromSeq),
      queries.map(({ limit }) => limit),
    ]);
    const found = new Map<ChangedQuery, Message[]>(queries.map((query) => [query, []]));
    for (const row of rows) {
      const query = queries[row.place - 1];
      if (query !== undefined) found.get(query)?.push(presentMessage(row));
    }
    return found;
  }
}
