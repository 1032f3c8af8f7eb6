import { Injectable } from '@nestjs/common';
import type { Message } from '#contracts/messages/schemas.js';
import { JsonText } from '#platform/json-text.js';
import { metrics } from '#platform/metrics.js';
import type { Committed } from '../../log/draft.js';
import { Emitter } from '../../realtime/emitter.js';
import type { CreatedBody } from '../domain/message-bodies.js';
import { createdEvent, newMessage } from '../domain/message-state.js';

/** What became of a draft. `message`: as the members were told; undefined for a replay, which was told when it was committed first. */
export interface DeliveredMessage {
  readonly committed: Committed<CreatedBody>;
  readonly message: JsonText<Message> | undefined;
}

/** Step 3: after the commit, never before, one frame to the conversation's room. Not awaited by the ack. */
@Injectable()
export class Deliver {
  constructor(private readonly emitter: Emitter) {}

  /** Sends what is new, in order. */
  deliver(committed: readonly Committed<CreatedBody>[]): readonly DeliveredMessage[] {
    const startedAt = performance.now();
    const delivered = committed.map((one) => ({ committed: one, message: one.replayed ? undefined : this.tell(one) }));
    metrics.step('deliver').observe((performance.now() - startedAt) / 1000);
    return delivered;
  }

  private tell(committed: Committed<CreatedBody>): JsonText<Message> {
    const message = JsonText.of(committedMessage(committed));
    this.emitter.toConversation(committed.draft.conversationId, 'message.created', createdEvent(message, committed.epoch));
    return message;
  }
}

/** The message a committed draft became. */
function committedMessage(committed: Committed<CreatedBody>): Message {
  const { draft } = committed;
  if (committed.seq === null || draft.clientId === null) throw new Error('a message takes a seq and a client id');
  const { conversationId, clientId, actorId, at, body } = draft;
  return newMessage({ conversationId, clientId, senderId: actorId, at, seq: committed.seq, rev: committed.rev, body });
}
