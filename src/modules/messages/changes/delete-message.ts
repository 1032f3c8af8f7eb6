import { Injectable } from '@nestjs/common';
import type { Message } from '#contracts/messages/schemas.js';
import { AppError } from '#platform/errors/app-error.js';
import { Emitter } from '../../realtime/emitter.js';
import { toEvent, tombstone } from '../domain/message-state.js';
import { ChangeMessage, type MessageTarget } from './change-message.js';

/** Deletes a message, for all or for the caller alone. A tombstone stays; deleting it again changes nothing. */
@Injectable()
export class DeleteMessage {
  constructor(
    private readonly changeMessage: ChangeMessage,
    private readonly emitter: Emitter,
  ) {}

  /** By its sender, or by a moderator. Throws `forbidden` and what `ChangeMessage` throws. */
  forAll(target: MessageTarget): Promise<Message> {
    return this.changeMessage.run(target, {
      kind: 'message.deleted',
      body: { seq: target.seq },
      readAs: null,
      check: (member, message) => {
        if (message.senderId !== member.userId && !member.can('moderate'))
          throw new AppError('forbidden', { detail: 'only its sender or a moderator may delete a message' });
      },
      isDone: (message) => message.deletedAt !== null,
      deliver: (message, { rev, epoch, draft }) => {
        this.emitter.toConversation(
          target.conversationId,
          'message.deleted',
          toEvent(tombstone(message, draft.at.toISOString(), rev), epoch),
        );
      },
    });
  }

  /** By any member, for themselves: the others see no difference. */
  forMe(target: MessageTarget): Promise<Message> {
    return this.changeMessage.run(target, {
      kind: 'message.hidden',
      body: { seq: target.seq },
      readAs: target.userId,
      check: () => undefined,
      isDone: (message) => message.deletedAt !== null,
      deliver: (message, { rev, epoch, draft }) => {
        const event = toEvent(tombstone(message, draft.at.toISOString(), rev), epoch);
        this.emitter.toMember(target.conversationId, target.userId, 'message.deleted', event);
      },
    });
  }
}
