import { Injectable } from '@nestjs/common';
import { limits } from '#contracts/limits.js';
import type { HistoryPage, HistoryQuery, Message } from '#contracts/messages/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Access } from '../../conversations/access.js';
import { HistoryReaders } from '../history-readers.js';
import { MessageReader, seqEnd } from '../message-reader.js';

interface Stretch {
  readonly items: readonly Message[];
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
}

type Read = (afterSeq: number, beforeSeq: number, order: 'asc' | 'desc', limit: number) => Promise<Message[]>;

/** Pages of a conversation's history: by bound, by filter, what is not yet persisted included. */
@Injectable()
export class HistoryPages {
  constructor(
    private readonly access: Access,
    private readonly reader: MessageReader,
    private readonly readers: HistoryReaders,
  ) {}

  /** One page for a member; what they read counts as delivered. Throws `conversation.notFound`. */
  async page(userId: UserId, conversationId: ConversationId, query: HistoryQuery): Promise<HistoryPage> {
    const member = await this.access.of(conversationId, userId);
    const read: Read = (afterSeq, beforeSeq, order, limit) =>
      this.reader.range(
        conversationId,
        userId,
        { afterSeq: Math.max(afterSeq, member.visibleFromSeq - 1), beforeSeq },
        order,
        limit,
        query,
      );
    const stretch = await readStretch(read, query, query.limit ?? limits.pageSizeDefault);
    const items = [...stretch.items].sort((a, b) => (query.order === 'desc' ? b.seq - a.seq : a.seq - b.seq));
    const seqs = items.map((message) => message.seq);
    const newestSeq = seqs.length === 0 ? null : Math.max(...seqs);
    if (newestSeq !== null) await this.readers.read(userId, conversationId, newestSeq);
    return {
      items,
      oldestSeq: seqs.length === 0 ? null : Math.min(...seqs),
      newestSeq,
      hasOlder: stretch.hasOlder,
      hasNewer: stretch.hasNewer,
    };
  }
}

async function readStretch(read: Read, query: HistoryQuery, limit: number): Promise<Stretch> {
  if (query.after !== undefined) {
    const [items, older] = await Promise.all([read(query.after, seqEnd, 'asc', limit + 1), read(0, query.after + 1, 'desc', 1)]);
    return { items: items.slice(0, limit), hasOlder: older.length > 0, hasNewer: items.length > limit };
  }
  if (query.around !== undefined) return readAround(read, query.around, limit);
  const [items, newer] = await Promise.all([
    read(0, query.before ?? seqEnd, 'desc', limit + 1),
    query.before === undefined ? [] : read(query.before - 1, seqEnd, 'asc', 1),
  ]);
  return { items: items.slice(0, limit), hasOlder: items.length > limit, hasNewer: newer.length > 0 };
}

/** `around` and what follows on one side, what precedes on the other; a short side leaves its room to the other one. */
async function readAround(read: Read, around: number, limit: number): Promise<Stretch> {
  const [older, newer] = await Promise.all([read(0, around, 'desc', limit + 1), read(around - 1, seqEnd, 'asc', limit + 1)]);
  const wantedOlder = Math.floor(limit / 2);
  const takeOlder = Math.min(older.length, Math.max(wantedOlder, limit - newer.length));
  const takeNewer = Math.min(newer.length, limit - takeOlder);
  return {
    items: [...older.slice(0, takeOlder), ...newer.slice(0, takeNewer)],
    hasOlder: older.length > takeOlder,
    hasNewer: newer.length > takeNewer,
  };
}
