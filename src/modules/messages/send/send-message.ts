import { Injectable } from '@nestjs/common';
import type { Message } from '#contracts/messages/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { JsonText } from '#platform/json-text.js';
import { metrics } from '#platform/metrics.js';
import type { Draft } from '../../log/draft.js';
import { Typing } from '../../presence/typing.js';
import type { CreatedBody } from '../domain/message-bodies.js';
import { MessageReader } from '../message-reader.js';
import { Accept, type MessageToSend } from './accept.js';
import { Commit } from './commit.js';
import type { DeliveredMessage } from './deliver.js';

/** A sent message. `replayed`: it was sent before under this client id; this is what it is now. */
export interface SentMessage {
  readonly message: JsonText<Message>;
  readonly replayed: boolean;
}

/**
 * The hot path, the same for both doors: accept, commit (which delivers), answer. Persist and settle follow on a worker. One promise
 * goes from the drafts to what was delivered: a chain of them costs more than looking up the sender's membership.
 */
@Injectable()
export class SendMessage {
  constructor(
    private readonly accept: Accept,
    private readonly commit: Commit,
    private readonly reader: MessageReader,
    private readonly typing: Typing,
  ) {}

  /** Sends one message. When it resolves the message is safe and in everybody's order. */
  async one(senderId: UserId, conversationId: ConversationId, message: MessageToSend): Promise<SentMessage> {
    try {
      const delivered = await this.send(senderId, conversationId, [message]);
      const sent = delivered.length === 1 ? delivered[0] : undefined;
      if (sent === undefined) throw new Error('a send answered none or several messages');
      return this.answer(senderId, sent);
    } catch (error) {
      throw counted(error);
    }
  }

  /** Sends several, all or nothing, in the order given and with nothing between them. */
  async many(senderId: UserId, conversationId: ConversationId, messages: readonly MessageToSend[]): Promise<SentMessage[]> {
    try {
      const delivered = await this.send(senderId, conversationId, messages);
      return Promise.all(delivered.map(async (one) => this.answer(senderId, one)));
    } catch (error) {
      throw counted(error);
    }
  }

  /** Not `async`, for one promise less. What `accept` throws at once, it throws. */
  private send(senderId: UserId, conversationId: ConversationId, messages: readonly MessageToSend[]): Promise<readonly DeliveredMessage[]> {
    const startedAt = performance.now();
    const accepted = this.accept.accept(senderId, conversationId, messages);
    return accepted instanceof Promise ? accepted.then((drafts) => this.commitAll(drafts, startedAt)) : this.commitAll(accepted, startedAt);
  }

  private commitAll(drafts: readonly Draft<CreatedBody>[], startedAt: number): Promise<readonly DeliveredMessage[]> {
    metrics.step('accept').observe((performance.now() - startedAt) / 1000);
    metrics.countMessages('accepted', drafts.length);
    return this.commit.commit(drafts);
  }

  /** Without a promise for what is new: what was sent before has to be read. */
  private answer(senderId: UserId, { committed, message }: DeliveredMessage): SentMessage | Promise<SentMessage> {
    const { conversationId } = committed.draft;
    this.typing.stopTyping(conversationId, senderId);
    metrics.countMessages(message === undefined ? 'replayed' : 'committed');
    if (message !== undefined) return { message, replayed: false };
    return this.reader
      .get(conversationId, committed.seq ?? 0, senderId)
      .then((present) => ({ message: JsonText.of(present), replayed: true }));
  }
}

/** Counts a refused send by its reason, and gives it back. */
function counted(error: unknown): unknown {
  metrics.countRefused(error instanceof AppError ? error.code : 'internal');
  return error;
}
