import { Injectable } from '@nestjs/common';
import type { Message } from '#contracts/messages/schemas.js';
import { JsonText } from '#platform/json-text.js';
import { metrics } from '#platform/metrics.js';
import type { Committed } from '../../log/draft.js';
import { Emitter } from '../../realtime/emitter.js';
import { type CreatedBody, createdEvent, newMessage } from '../domain/message-state.js';

/** The place of a sent message, and the message as the members received it; without one for a replay, which they received at its first commit. */
export interface DeliveredMessage {
  readonly seq: number;
  readonly message: JsonText<Message> | undefined;
}

/** Step 3: after the commit, never before it, one frame per message to the conversation's room. The ack does not wait for it. */
@Injectable()
export class Deliver {
  constructor(private readonly emitter: Emitter) {}

  /** Sends the messages that are new, in order. */
  execute(committed: readonly Committed<CreatedBody>[]): readonly DeliveredMessage[] {
    const startedAt = performance.now();
    const delivered = committed.map((one) => ({ seq: one.seq ?? 0, message: one.replayed ? undefined : this.emitMessage(one) }));
    metrics.stepDurations('deliver').observe((performance.now() - startedAt) / 1000);
    return delivered;
  }

  private emitMessage(committed: Committed<CreatedBody>): JsonText<Message> {
    const created = committedMessage(committed);
    const message = JsonText.of(created);
    this.emitter.toViewers(created, 'message.created', createdEvent(message, committed.epoch));
    return message;
  }
}

function committedMessage({ draft, seq, rev }: Committed<CreatedBody>): Message {
  const { conversationId, clientId, actorId, at, body } = draft;
  if (seq === null || clientId === null) throw new Error('a message has a seq and a client id');
  return newMessage({ conversationId, clientId, senderId: actorId, at, seq, rev, body });
}
