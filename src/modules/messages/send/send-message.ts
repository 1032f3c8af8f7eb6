import { Injectable } from '@nestjs/common';
import type { Message } from '#contracts/messages/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { JsonText } from '#platform/json-text.js';
import { metrics } from '#platform/metrics.js';
import type { Draft } from '../../log/draft.js';
import { GroupCommit } from '../../log/group-commit.js';
import { Typing } from '../../presence/typing.js';
import type { CreatedBody } from '../domain/message-state.js';
import { CommittedMessages } from '../read/committed-messages.js';
import { Accept, type MessageToSend } from './accept.js';
import { Deliver, type DeliveredMessage } from './deliver.js';

/** A sent message. `replayed`: it had been sent before under this client id, and `message` is what it is now. */
export interface SentMessage {
  readonly message: JsonText<Message>;
  readonly replayed: boolean;
}

/**
 * The hot path, the same for REST and sockets: accept, commit, deliver, answer. A worker persists and settles later. While the caches are
 * warm, one promise leads from the drafts to the delivered messages: a chain of promises costs more than looking up the membership.
 */
@Injectable()
export class SendMessage {
  constructor(
    private readonly accept: Accept,
    private readonly groupCommit: GroupCommit,
    private readonly deliver: Deliver,
    private readonly messages: CommittedMessages,
    private readonly typing: Typing,
  ) {}

  /** Sends one message. When it resolves, the message is safe and has its place in the conversation. */
  async sendOne(senderId: UserId, conversationId: ConversationId, message: MessageToSend): Promise<SentMessage> {
    try {
      const [delivered] = await this.send(senderId, conversationId, [message]);
      if (delivered === undefined) throw new Error('a send delivered no message');
      return this.answer(senderId, delivered);
    } catch (error) {
      throw countRefusal(error);
    }
  }

  /** Sends several messages, all or nothing, in the given order and with no other message between them. */
  async sendBatch(senderId: UserId, conversationId: ConversationId, messages: readonly MessageToSend[]): Promise<SentMessage[]> {
    try {
      const delivered = await this.send(senderId, conversationId, messages);
      return Promise.all(delivered.map(async (one) => this.answer(senderId, one)));
    } catch (error) {
      throw countRefusal(error);
    }
  }

  /** Not `async`, to save a promise: what `accept` throws synchronously, this throws synchronously. */
  private send(senderId: UserId, conversationId: ConversationId, messages: readonly MessageToSend[]): Promise<readonly DeliveredMessage[]> {
    const startedAt = performance.now();
    const drafts = this.accept.execute(senderId, conversationId, messages);
    if (drafts instanceof Promise) return drafts.then((accepted) => this.commit(accepted, startedAt));
    return this.commit(drafts, startedAt);
  }

  /**
   * Step 2, the commit point: when it resolves, the messages are safe and numbered, and the members have been sent them in that order.
   * Throws `message.clientIdConflict`, `message.notFound` (the reply's target), `conversation.notFound`, `overloaded`.
   */
  private commit(drafts: readonly Draft<CreatedBody>[], startedAt: number): Promise<readonly DeliveredMessage[]> {
    const acceptedAt = performance.now();
    metrics.stepDurations('accept').observe((acceptedAt - startedAt) / 1000);
    metrics.countMessages('accepted', drafts.length);
    return this.groupCommit.commitAndDeliver(drafts, (committed) => {
      metrics.stepDurations('commit').observe((performance.now() - acceptedAt) / 1000);
      return this.deliver.execute(committed);
    });
  }

  /** Synchronous for a new message; a replayed one has to be read. */
  private answer(senderId: UserId, { committed, message }: DeliveredMessage): SentMessage | Promise<SentMessage> {
    const { conversationId } = committed.draft;
    this.typing.stopTyping(conversationId, senderId);
    metrics.countMessages(message === undefined ? 'replayed' : 'committed');
    if (message !== undefined) return { message, replayed: false };
    return this.messages
      .getMessage(senderId, conversationId, committed.seq ?? 0)
      .then((present) => ({ message: JsonText.of(present), replayed: true }));
  }
}

/** Counts a refused send by its error code and returns the error. */
function countRefusal(error: unknown): unknown {
  metrics.countRefused(error instanceof AppError ? error.code : 'internal');
  return error;
}
