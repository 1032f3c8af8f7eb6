import { Injectable } from '@nestjs/common';
import type { Message } from '#contracts/messages/schemas.js';
import type { ConversationId } from '#contracts/primitives.js';
import { ConversationLog } from '../../log/conversation-log.js';
import type { LogEntry } from '../../log/draft.js';
import { CreatedBody, newMessage } from '../domain/message-state.js';

const pageSize = 500;

/** A range of a conversation. Both bounds are exclusive. */
export interface SeqRange {
  readonly afterSeq: number;
  readonly beforeSeq: number;
}

/** An upper bound that includes every message: no `seq` is as high. */
export const seqMax = 2_147_483_647;

/** Messages that are committed and not yet persisted, read from the log. */
@Injectable()
export class PendingMessages {
  constructor(private readonly log: ConversationLog) {}

  /** The first `limit` messages of the range that pass, in the given order of `seq`. */
  async findMessages(
    conversationId: ConversationId,
    range: SeqRange,
    order: 'asc' | 'desc',
    limit: number,
    passes: (message: Message) => boolean,
  ): Promise<Message[]> {
    const found: Message[] = [];
    let { afterSeq, beforeSeq } = range;
    for (;;) {
      const entries = await this.log.pendingMessages(conversationId, { afterSeq, beforeSeq, order, limit: pageSize });
      found.push(...entries.flatMap(toMessage).filter(passes));
      const last = entries.at(-1)?.seq;
      if (found.length >= limit || entries.length < pageSize || last === undefined || last === null) return found.slice(0, limit);
      if (order === 'asc') afterSeq = last;
      else beforeSeq = last;
    }
  }

  /** The newest pending message of each of the conversations that has one. */
  async findNewest(conversationIds: readonly ConversationId[]): Promise<Map<ConversationId, Message>> {
    const entries = await this.log.pendingNewest(conversationIds);
    return new Map([...entries].flatMap(([id, entry]) => toMessage(entry).map((message) => [id, message] as const)));
  }
}

/** The entry's message; none for an entry of another kind or with a body that fits no schema (a poison entry). */
function toMessage(entry: LogEntry): Message[] {
  const body = CreatedBody.safeParse(entry.body);
  if (entry.kind !== 'message.created' || !body.success || entry.seq === null || entry.clientId === null) return [];
  const { conversationId, seq, rev, clientId, actorId, at } = entry;
  return [newMessage({ conversationId, seq, rev, clientId, senderId: actorId, at, body: body.data })];
}
