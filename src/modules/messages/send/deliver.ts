import { Injectable } from '@nestjs/common';
import { metrics } from '../../../platform/metrics.js';
import type { Committed } from '../../log/draft.js';
import { Emitter } from '../../realtime/emitter.js';
import type { CreatedBody } from '../domain/message-bodies.js';
import { newMessage, toEvent } from '../domain/message-state.js';
import type { Message } from '../../../../contracts/messages.js';

/** Step 3: after the commit, never before, one frame to the conversation's room. Not awaited by the ack. */
@Injectable()
export class Deliver {
  constructor(private readonly emitter: Emitter) {}

  /** Sends what is new, in order; a replay was delivered when it was committed first. */
  deliver(committed: readonly Committed<CreatedBody>[]): void {
    const startedAt = performance.now();
    for (const one of committed) {
      if (one.replayed) continue;
      this.emitter.toConversation(one.draft.conversationId, 'message.created', toEvent(committedMessage(one), one.epoch));
    }
    metrics.step('deliver').observe((performance.now() - startedAt) / 1000);
  }
}

/** The message a committed draft became. */
export function committedMessage(committed: Committed<CreatedBody>): Message {
  const { draft } = committed;
  if (committed.seq === null || draft.clientId === null) throw new Error('a message takes a seq and a client id');
  const { conversationId, clientId, actorId, at, body } = draft;
  return newMessage({ conversationId, clientId, senderId: actorId, at, seq: committed.seq, rev: committed.rev, body });
}
