import { Injectable } from '@nestjs/common';
import type { Message } from '#contracts/messages/schemas.js';
import type { MemberAccess } from '../../conversations/member-access.js';
import type { Committed } from '../../log/draft.js';
import { Emitter } from '../../realtime/emitter.js';
import { toEvent } from '../domain/message-state.js';
import { ChangeMessage, type MessageTarget, refuseDeleted } from './change-message.js';

/** Pins and unpins messages, for those whom the policy lets pin. */
@Injectable()
export class PinMessage {
  constructor(
    private readonly changeMessage: ChangeMessage,
    private readonly emitter: Emitter,
  ) {}

  /** Pins; pinned already, nothing changes. Throws `forbidden`, `message.deleted`. */
  pin(target: MessageTarget): Promise<Message> {
    return this.changeMessage.run(target, {
      kind: 'message.pinned',
      body: { seq: target.seq },
      readAs: null,
      check: mayPin,
      isDone: (message) => message.pinnedAt !== null,
      deliver: (message, committed) => this.tell(message, committed.draft.at.toISOString(), committed),
    });
  }

  /** Unpins; not pinned, nothing changes. */
  unpin(target: MessageTarget): Promise<Message> {
    return this.changeMessage.run(target, {
      kind: 'message.unpinned',
      body: { seq: target.seq },
      readAs: null,
      check: mayPin,
      isDone: (message) => message.pinnedAt === null,
      deliver: (message, committed) => this.tell(message, null, committed),
    });
  }

  private tell(before: Message, pinnedAt: string | null, { rev, epoch }: Committed): void {
    this.emitter.toConversation(before.conversationId, 'message.updated', toEvent({ ...before, rev, pinnedAt }, epoch));
  }
}

function mayPin(member: MemberAccess, message: Message): void {
  member.require('pin');
  refuseDeleted(message);
}
