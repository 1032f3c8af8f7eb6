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
import { Accept, type MessageToSend } from './accept.js';
import { Deliver, type DeliveredMessage } from './deliver.js';
import { ReadReplay } from './read-replay.js';
import { type CarefulSend, SendCarefully } from './send-carefully.js';

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
    private readonly sendCarefully: SendCarefully,
    private readonly readReplay: ReadReplay,
    private readonly typing: Typing,
  ) {}

  /** Sends one message. When it resolves, the message is safe and has its place in the conversation. */
  async sendOne(senderId: UserId, conversationId: ConversationId, message: MessageToSend): Promise<SentMessage> {
    try {
      const [delivered] = await this.send(senderId, conversationId, [message]);
      return this.answer(senderId, conversationId, message, delivered);
    } catch (error) {
      throw countRefusal(error);
    }
  }

  /** Sends several messages, all or nothing, in the given order and with no other message between them. */
  async sendBatch(senderId: UserId, conversationId: ConversationId, messages: readonly MessageToSend[]): Promise<SentMessage[]> {
    try {
      const delivered = await this.send(senderId, conversationId, messages);
      return Promise.all(messages.map(async (message, index) => this.answer(senderId, conversationId, message, delivered[index])));
    } catch (error) {
      throw countRefusal(error);
    }
  }

  /** Not `async`, to save a promise. A refused send may be a replay, and a member in slow mode needs a turn: both take the slow path. */
  private send(senderId: UserId, conversationId: ConversationId, messages: readonly MessageToSend[]): Promise<readonly DeliveredMessage[]> {
    const startedAt = performance.now();
    try {
      const drafts = this.accept.execute(senderId, conversationId, messages);
      if (drafts instanceof Promise)
        return drafts.then(
          (accepted) => this.commitOrTakeTurn(senderId, conversationId, messages, accepted, startedAt),
          (error: unknown) => this.sendCarefully.sendRefused(this.carefulSend(senderId, conversationId, messages, startedAt), error),
        );
      return this.commitOrTakeTurn(senderId, conversationId, messages, drafts, startedAt);
    } catch (error) {
      return this.sendCarefully.sendRefused(this.carefulSend(senderId, conversationId, messages, startedAt), error);
    }
  }

  private commitOrTakeTurn(
    senderId: UserId,
    conversationId: ConversationId,
    messages: readonly MessageToSend[],
    drafts: readonly Draft<CreatedBody>[] | undefined,
    startedAt: number,
  ): Promise<readonly DeliveredMessage[]> {
    if (drafts !== undefined) return this.commit(drafts, startedAt);
    return this.sendCarefully.sendInTurn(this.carefulSend(senderId, conversationId, messages, startedAt));
  }

  private carefulSend(
    senderId: UserId,
    conversationId: ConversationId,
    messages: readonly MessageToSend[],
    startedAt: number,
  ): CarefulSend {
    return { senderId, conversationId, messages, commit: (drafts) => this.commit(drafts, startedAt) };
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
  private answer(
    senderId: UserId,
    conversationId: ConversationId,
    sent: MessageToSend,
    delivered: DeliveredMessage | undefined,
  ): SentMessage | Promise<SentMessage> {
    if (delivered === undefined) throw new Error('a send delivered no message');
    const { seq, message } = delivered;
    metrics.countMessages(message === undefined ? 'replayed' : 'committed');
    if (message === undefined)
      return this.readReplay
        .execute(senderId, conversationId, seq, sent)
        .then((present) => ({ message: JsonText.of(present), replayed: true }));
    this.typing.stopTyping(conversationId, senderId);
    return { message, replayed: false };
  }
}

/** Counts a refused send by its error code and returns the error. */
function countRefusal(error: unknown): unknown {
  metrics.countRefused(error instanceof AppError ? error.code : 'internal');
  return error;
}
