import { Injectable } from '@nestjs/common';
import type { Message } from '#contracts/messages/schemas.js';
import type { ConversationId } from '#contracts/primitives.js';
import { ConversationLog } from '../../log/conversation-log.js';
import type { LogEntry } from '../../log/draft.js';
import { messageBodies } from '../domain/message-bodies.js';
import { newMessage } from '../domain/message-state.js';

const pageSize = 500;

/** A stretch of a conversation, both bounds exclusive. */
export interface SeqRange {
  readonly afterSeq: number;
  readonly beforeSeq: number;
}

/** Messages that are committed and not yet persisted, as the log has them. */
@Injectable()
export class PendingMessages {
  constructor(private readonly log: ConversationLog) {}

  /** The first `limit` messages of the range that pass, in the given order. */
  async find(
    id: ConversationId,
    range: SeqRange,
    order: 'asc' | 'desc',
    limit: number,
    passes: (message: Message) => boolean,
  ): Promise<Message[]> {
    const found: Message[] = [];
    let { afterSeq, beforeSeq } = range;
    for (;;) {
      const entries = await this.log.pendingMessages(id, { afterSeq, beforeSeq, order, limit: pageSize });
      found.push(...entries.flatMap(toMessage).filter(passes));
      const last = entries.at(-1)?.seq;
      if (found.length >= limit || entries.length < pageSize || last === undefined || last === null) return found.slice(0, limit);
      if (order === 'asc') afterSeq = last;
      else beforeSeq = last;
    }
  }

  /** The newest pending message of those conversations that have one. */
  async newest(ids: readonly ConversationId[]): Promise<Map<ConversationId, Message>> {
    const entries = await this.log.pendingNewest(ids);
    return new Map([...entries].flatMap(([id, entry]) => toMessage(entry).map((message) => [id, message] as const)));
  }
}

/** The message an entry holds; none for an entry that is of another kind or fits no schema (a poison one). */
function toMessage(entry: LogEntry): Message[] {
  const body = messageBodies['message.created'].safeParse(entry.body);
  if (entry.kind !== 'message.created' || !body.success || entry.seq === null || entry.clientId === null) return [];
  const { conversationId, seq, rev, clientId, actorId, at } = entry;
  return [newMessage({ conversationId, seq, rev, clientId, senderId: actorId, at, body: body.data })];
}
