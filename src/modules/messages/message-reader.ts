import { Injectable } from '@nestjs/common';
import type { Message } from '#contracts/messages/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Database, type Queryable } from '../../database/database.js';
import { AppError } from '#platform/errors/app-error.js';
import { ConversationChanges } from '../log/conversation-changes.js';
import { ConversationLog } from '../log/conversation-log.js';
import { ChangedMessages } from './read/changed-messages.js';
import { type HistoryFilter, filterSql, passesFilter } from './read/history-filter.js';
import { PendingMessages, type SeqRange } from './read/pending-messages.js';
import { selectMessages } from './read/select-messages.js';

/** Beyond every `seq`. */
export const seqEnd = 2_147_483_647;

/**
 * Messages as one viewer sees them, what is committed and not yet persisted included. Checks no access: the caller has.
 * The log is read before storage: an entry that moves in between is then seen twice, never not at all.
 */
@Injectable()
export class MessageReader {
  constructor(
    private readonly database: Database,
    private readonly log: ConversationLog,
    private readonly changes: ConversationChanges,
    private readonly pending: PendingMessages,
    private readonly changed: ChangedMessages,
  ) {}

  /** One message. Throws `message.notFound`. */
  async get(conversationId: ConversationId, seq: number, viewerId: UserId): Promise<Message> {
    const [message] = await this.range(conversationId, viewerId, { afterSeq: seq - 1, beforeSeq: seq + 1 }, 'asc', 1, {});
    if (message === undefined) throw new AppError('message.notFound');
    return message;
  }

  /** The first `limit` messages of a stretch (bounds exclusive) that pass the filter, in the given order of `seq`. */
  async range(
    id: ConversationId,
    viewerId: UserId,
    range: SeqRange,
    order: 'asc' | 'desc',
    limit: number,
    filter: HistoryFilter,
  ): Promise<Message[]> {
    await this.showChanges(id);
    const waiting = await this.pending.find(id, range, order, limit, passesFilter(filter));
    const params: unknown[] = [id, range.afterSeq, range.beforeSeq, limit];
    const conditions = filterSql(filter, params);
    const direction = order === 'asc' ? 'ASC' : 'DESC';
    const clause = `m.conversation_id = $2 AND m.seq > $3 AND m.seq < $4${conditions} ORDER BY m.seq ${direction} LIMIT $5`;
    const name = conditions === '' ? `messages_${order}` : undefined;
    const stored = await selectMessages(this.database, viewerId, clause, params, name);
    return merge(stored, waiting, (a, b) => (order === 'asc' ? a.seq - b.seq : b.seq - a.seq)).slice(0, limit);
  }

  /** Messages whose last change is above `rev`, as they are now, by rising `rev`; hidden ones by the viewer's own change. */
  async since(id: ConversationId, viewerId: UserId, rev: number, limit: number, visibleFromSeq: number): Promise<Message[]> {
    await this.showChanges(id);
    const untouched = (message: Message) => message.rev > rev;
    const waiting = await this.pending.find(id, { afterSeq: visibleFromSeq - 1, beforeSeq: seqEnd }, 'asc', limit, untouched);
    const stored = await this.changed.since({ id, viewerId, rev, limit, visibleFromSeq });
    return merge(stored, waiting, (a, b) => a.rev - b.rev).slice(0, limit);
  }

  /** The newest message of each conversation that has one. */
  async newest(ids: readonly ConversationId[], viewerId: UserId): Promise<Map<ConversationId, Message>> {
    const waiting = await this.pending.newest(ids);
    const newestSeq = '(m.conversation_id, m.seq) IN (SELECT c.id, c.last_seq FROM conversations c WHERE c.id = ANY ($2::uuid[]))';
    const stored = await selectMessages(this.database, viewerId, newestSeq, [ids], 'messages_newest');
    const newest = new Map(stored.map((message) => [message.conversationId, message]));
    for (const [id, message] of waiting) if (message.seq > (newest.get(id)?.seq ?? 0)) newest.set(id, message);
    return newest;
  }

  /** One persisted message inside a transaction, as everybody or `viewerId` sees it. Throws `message.notFound`. */
  async persisted(tx: Queryable, conversationId: ConversationId, seq: number, viewerId: UserId | null): Promise<Message> {
    const [message] = await selectMessages(
      tx,
      viewerId,
      'm.conversation_id = $2 AND m.seq = $3',
      [conversationId, seq],
      'message_persisted',
    );
    if (message === undefined) throw new AppError('message.notFound');
    return message;
  }

  /** Edits and the like are shown by storage alone: when one waits there, it is applied first. */
  async showChanges(id: ConversationId): Promise<void> {
    if (await this.log.hasPendingChange(id)) await this.changes.settlePending(id);
  }
}

/** Both lists in one order; of a message in both, storage's wins: it can only be newer. */
function merge(stored: readonly Message[], waiting: readonly Message[], compare: (a: Message, b: Message) => number): Message[] {
  const known = new Set(stored.map((message) => message.seq));
  return [...stored, ...waiting.filter((message) => !known.has(message.seq))].sort(compare);
}
