import { Injectable } from '@nestjs/common';
import type { Message } from '#contracts/messages/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Database, type Queryable } from '../../../database/database.js';
import { AppError } from '#platform/errors/app-error.js';
import { ConversationChanges } from '../../log/conversation-changes.js';
import { ConversationLog } from '../../log/conversation-log.js';
import { type ChangedRange, MessageReader } from '../message-reader.js';
import { ChangedMessages } from './changed-messages.js';
import { type HistoryFilter, filterSql, passesFilter } from './history-filter.js';
import { PendingMessages, seqMax, type SeqRange } from './pending-messages.js';
import { selectMessages } from './select-messages.js';

/** Messages that a search in a conversation reads at a time, if only few are wanted. */
const searchBatchMin = 100;

/** Which messages of a range to read. */
export interface RangeQuery extends SeqRange {
  readonly order: 'asc' | 'desc';
  readonly limit: number;
  readonly filter: HistoryFilter;
}

/**
 * Everything that is committed: what storage has and what still waits in the log. The log is read before storage, so that an entry that
 * is persisted in between is seen twice, never missed.
 */
@Injectable()
export class CommittedMessages extends MessageReader {
  constructor(
    private readonly database: Database,
    private readonly log: ConversationLog,
    private readonly changes: ConversationChanges,
    private readonly pending: PendingMessages,
    private readonly changed: ChangedMessages,
  ) {
    super();
  }

  async getMessage(viewerId: UserId, conversationId: ConversationId, seq: number): Promise<Message> {
    const query = { afterSeq: seq - 1, beforeSeq: seq + 1, order: 'asc', limit: 1, filter: {} } as const;
    const [message] = await this.listRange(viewerId, conversationId, query);
    if (message === undefined) throw new AppError('message.notFound');
    return message;
  }

  async listChanged(viewerId: UserId, conversationId: ConversationId, range: ChangedRange): Promise<Message[]> {
    const { afterRev, limit, visibleFromSeq } = range;
    await this.storePendingChanges(conversationId);
    const seqs = { afterSeq: visibleFromSeq - 1, beforeSeq: seqMax };
    const pending = await this.pending.findMessages(conversationId, seqs, 'asc', limit, (message) => message.rev > afterRev);
    const stored = await this.changed.listChanged({ viewerId, conversationId, ...range });
    return merge(stored, pending, (a, b) => a.rev - b.rev).slice(0, limit);
  }

  /** The first `limit` messages of a range that pass the filter, in the given order of `seq`. */
  async listRange(viewerId: UserId, conversationId: ConversationId, query: RangeQuery): Promise<Message[]> {
    const { order, limit, filter } = query;
    // The bounds of a client reach up to the largest `seq`, and this one is exclusive.
    const range = { ...query, beforeSeq: Math.min(query.beforeSeq, seqMax) };
    await this.storePendingChanges(conversationId);
    const pending = await this.pending.findMessages(conversationId, range, order, limit, passesFilter(filter));
    const stored = await (filter.text === undefined
      ? this.selectRange(viewerId, conversationId, range)
      : this.searchRange(viewerId, conversationId, range));
    return merge(stored, pending, (a, b) => (order === 'asc' ? a.seq - b.seq : b.seq - a.seq)).slice(0, limit);
  }

  /** The stored messages of a range that pass the SQL of the filter. */
  private selectRange(viewerId: UserId, conversationId: ConversationId, query: RangeQuery): Promise<Message[]> {
    const { afterSeq, beforeSeq, order, limit, filter } = query;
    const params: unknown[] = [conversationId, afterSeq, beforeSeq, limit];
    const conditions = filterSql(filter, params);
    const direction = order === 'asc' ? 'ASC' : 'DESC';
    const clause = `m.conversation_id = $2 AND m.seq > $3 AND m.seq < $4${conditions} ORDER BY m.seq ${direction} LIMIT $5`;
    const name = conditions === '' ? `messages_${order}` : undefined;
    return selectMessages(this.database, viewerId, clause, params, name);
  }

  /** The stored messages of a range that pass the whole filter. SQL lets texts pass that are not indexed yet, so they are checked here. */
  private async searchRange(viewerId: UserId, conversationId: ConversationId, query: RangeQuery): Promise<Message[]> {
    const passes = passesFilter({ text: query.filter.text });
    const limit = Math.max(query.limit, searchBatchMin);
    const found: Message[] = [];
    let range = { ...query, limit };
    for (;;) {
      const batch = await this.selectRange(viewerId, conversationId, range);
      found.push(...batch.filter(passes));
      const last = batch.at(-1);
      if (found.length >= query.limit || batch.length < limit || last === undefined) return found;
      range = query.order === 'asc' ? { ...range, afterSeq: last.seq } : { ...range, beforeSeq: last.seq };
    }
  }

  /** The message at each of the places, in their order; undefined where there is none. */
  async findMessages(
    viewerId: UserId,
    places: readonly { readonly conversationId: ConversationId; readonly seq: number }[],
  ): Promise<(Message | undefined)[]> {
    if (places.length === 0) return [];
    const ids = [...new Set(places.map(({ conversationId }) => conversationId))];
    await Promise.all(ids.map((id) => this.storePendingChanges(id)));
    const pending = new Map<string, Message>();
    await Promise.all(
      places.map(async ({ conversationId, seq }) => {
        const range = { afterSeq: seq - 1, beforeSeq: seq + 1 };
        const [message] = await this.pending.findMessages(conversationId, range, 'asc', 1, () => true);
        if (message !== undefined) pending.set(`${conversationId} ${seq}`, message);
      }),
    );
    const atPlaces = '(m.conversation_id, m.seq) IN (SELECT p.id, p.seq FROM unnest($2::uuid[], $3::int[]) AS p (id, seq))';
    const columns = [places.map(({ conversationId }) => conversationId), places.map(({ seq }) => seq)];
    const stored = await selectMessages(this.database, viewerId, atPlaces, columns, 'messages_at_places');
    const byPlace = new Map(stored.map((message) => [`${message.conversationId} ${message.seq}`, message]));
    return places.map(({ conversationId, seq }) => {
      const place = `${conversationId} ${seq}`;
      return byPlace.get(place) ?? pending.get(place);
    });
  }

  /** The newest message of each of the conversations that has one. */
  async findNewest(viewerId: UserId, conversationIds: readonly ConversationId[]): Promise<Map<ConversationId, Message>> {
    const pending = await this.pending.findNewest(conversationIds);
    const newestSeq = '(m.conversation_id, m.seq) IN (SELECT c.id, c.last_seq FROM conversations c WHERE c.id = ANY ($2::uuid[]))';
    const stored = await selectMessages(this.database, viewerId, newestSeq, [conversationIds], 'messages_newest');
    const newest = new Map(stored.map((message) => [message.conversationId, message]));
    for (const [id, message] of pending) if (message.seq > (newest.get(id)?.seq ?? 0)) newest.set(id, message);
    return newest;
  }

  /** One persisted message, read in a transaction, as the viewer sees it, or as all members do (null). Throws `message.notFound`. */
  async getStored(tx: Queryable, viewerId: UserId | null, conversationId: ConversationId, seq: number): Promise<Message> {
    const clause = 'm.conversation_id = $2 AND m.seq = $3';
    const [message] = await selectMessages(tx, viewerId, clause, [conversationId, seq], 'message_persisted');
    if (message === undefined) throw new AppError('message.notFound');
    return message;
  }

  /** Brings waiting changes, such as edits, into storage: reads find them only there. */
  async storePendingChanges(conversationId: ConversationId): Promise<void> {
    if (await this.log.hasPendingChange(conversationId)) await this.changes.settlePending(conversationId);
  }
}

/** Both lists in one order. Of a message in both the stored one counts: it can only be newer. */
function merge(stored: readonly Message[], pending: readonly Message[], compare: (a: Message, b: Message) => number): Message[] {
  const known = new Set(stored.map((message) => message.seq));
  return [...stored, ...pending.filter((message) => !known.has(message.seq))].sort(compare);
}
