import { Injectable, type OnModuleInit } from '@nestjs/common';
import { limits } from '#contracts/limits.js';
import type { HistoryPage, HistoryQuery, Message } from '#contracts/messages/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { type DecoratedMethod, DecoratedMethods } from '#platform/discovery/decorated-methods.js';
import { Access } from '../../conversations/access.js';
import { historyReadMarker } from '../on-history-read.js';
import { CommittedMessages } from './committed-messages.js';
import { seqMax } from './pending-messages.js';
import { operatorId } from '../../conversations/member-access.js';

interface Stretch {
  readonly items: readonly Message[];
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
}

type ReadRange = (afterSeq: number, beforeSeq: number, order: 'asc' | 'desc', limit: number) => Promise<Message[]>;

/** Pages of a conversation's history, by bound and filter. */
@Injectable()
export class ReadHistory implements OnModuleInit {
  private listeners: ReadonlyArray<DecoratedMethod<true>> = [];

  constructor(
    private readonly access: Access,
    private readonly messages: CommittedMessages,
    private readonly methods: DecoratedMethods,
  ) {}

  onModuleInit(): void {
    this.listeners = this.methods.findMethods(historyReadMarker);
  }

  /** One page for a member. What the member reads counts as delivered. Throws `conversation.notFound`. */
  async execute(userId: UserId, conversationId: ConversationId, query: HistoryQuery): Promise<HistoryPage> {
    const member = await this.access.of(conversationId, userId);
    const readRange: ReadRange = (after, beforeSeq, order, limit) => {
      const afterSeq = Math.max(after, member.visibleFromSeq - 1);
      return this.messages.listRange(userId, conversationId, { afterSeq, beforeSeq, order, limit, filter: query });
    };
    const { items, hasOlder, hasNewer } = await readStretch(readRange, query, query.limit ?? limits.pageSizeDefault);
    const seqs = items.map((message) => message.seq);
    const oldestSeq = seqs.length === 0 ? null : Math.min(...seqs);
    const newestSeq = seqs.length === 0 ? null : Math.max(...seqs);
    // An operator reads without leaving receipts.
    if (newestSeq !== null && userId !== operatorId) for (const { call } of this.listeners) await call(userId, conversationId, newestSeq);
    const ordered = [...items].sort((a, b) => (query.order === 'desc' ? b.seq - a.seq : a.seq - b.seq));
    return { items: ordered, oldestSeq, newestSeq, hasOlder, hasNewer };
  }
}

async function readStretch(readRange: ReadRange, { after, before, around }: HistoryQuery, limit: number): Promise<Stretch> {
  if (after !== undefined) {
    const [items, older] = await Promise.all([readRange(after, seqMax, 'asc', limit + 1), readRange(0, after + 1, 'desc', 1)]);
    return { items: items.slice(0, limit), hasOlder: older.length > 0, hasNewer: items.length > limit };
  }
  if (around !== undefined) return readAround(readRange, around, limit);
  const [items, newer] = await Promise.all([
    readRange(0, before ?? seqMax, 'desc', limit + 1),
    before === undefined ? [] : readRange(before - 1, seqMax, 'asc', 1),
  ]);
  return { items: items.slice(0, limit), hasOlder: items.length > limit, hasNewer: newer.length > 0 };
}

/** Messages on both sides of `around`, which itself is on the newer side. If one side is short, the other one fills the page. */
async function readAround(readRange: ReadRange, around: number, limit: number): Promise<Stretch> {
  const [older, newer] = await Promise.all([readRange(0, around, 'desc', limit + 1), readRange(around - 1, seqMax, 'asc', limit + 1)]);
  const wantedOlder = Math.floor(limit / 2);
  const takeOlder = Math.min(older.length, Math.max(wantedOlder, limit - newer.length));
  const takeNewer = Math.min(newer.length, limit - takeOlder);
  return {
    items: [...older.slice(0, takeOlder), ...newer.slice(0, takeNewer)],
    hasOlder: older.length > takeOlder,
    hasNewer: newer.length > takeNewer,
  };
}
