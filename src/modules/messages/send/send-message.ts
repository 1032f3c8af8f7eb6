import { Injectable } from '@nestjs/common';
import type { Message } from '../../../../contracts/messages.js';
import type { ConversationId, UserId } from '../../../../contracts/primitives.js';
import { metrics } from '../../../platform/metrics.js';
import { AppError } from '../../../platform/errors/app-error.js';
import type { Committed } from '../../log/draft.js';
import type { CreatedBody } from '../domain/message-bodies.js';
import { Typing } from '../../presence/typing.js';
import { MessageReader } from '../message-reader.js';
import { Accept, type MessageToSend } from './accept.js';
import { Commit } from './commit.js';
import { committedMessage } from './deliver.js';

/** A sent message. `replayed`: it was sent before under this client id; this is what it is now. */
export interface SentMessage {
  readonly message: Message;
  readonly replayed: boolean;
}

/** The hot path, the same for both doors: accept, commit (which delivers), answer. Persist and settle follow on a worker. */
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
    const [sent, ...others] = await this.commitAll(senderId, conversationId, [message]);
    if (sent === undefined || others.length > 0) throw new Error('a send answered none or several messages');
    return this.answer(senderId, sent);
  }

  /** Sends several, all or nothing, in the order given and with nothing between them. */
  async many(senderId: UserId, conversationId: ConversationId, messages: readonly MessageToSend[]): Promise<SentMessage[]> {
    const committed = await this.commitAll(senderId, conversationId, messages);
    return Promise.all(committed.map(async (one) => this.answer(senderId, one)));
  }

  private async commitAll(
    senderId: UserId,
    conversationId: ConversationId,
    messages: readonly MessageToSend[],
  ): Promise<readonly Committed<CreatedBody>[]> {
    try {
      const startedAt = performance.now();
      const accepted = this.accept.accept(senderId, conversationId, messages);
      // A promise that need not be costs more than the membership look-up itself.
      const drafts = accepted instanceof Promise ? await accepted : accepted;
      metrics.step('accept').observe((performance.now() - startedAt) / 1000);
      metrics.countMessages('accepted', drafts.length);
      const committed = await this.commit.commit(drafts);
      this.typing.stop(conversationId, senderId);
      return committed;
    } catch (error) {
      metrics.countRefused(error instanceof AppError ? error.code : 'internal');
      throw error;
    }
  }

  /** Without a promise for what is new: what was sent before has to be read. */
  private answer(senderId: UserId, committed: Committed<CreatedBody>): SentMessage | Promise<SentMessage> {
    metrics.countMessages(committed.replayed ? 'replayed' : 'committed');
    if (!committed.replayed) return { message: committedMessage(committed), replayed: false };
    return this.reader.get(committed.draft.conversationId, committed.seq ?? 0, senderId).then((message) => ({ message, replayed: true }));
  }
}
