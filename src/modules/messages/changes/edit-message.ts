import { Inject, Injectable } from '@nestjs/common';
import type { Message } from '#contracts/messages/schemas.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { AppError } from '#platform/errors/app-error.js';
import type { MemberAccess } from '../../conversations/member-access.js';
import { Emitter } from '../../realtime/emitter.js';
import { toEvent } from '../domain/message-state.js';
import { ChangeMessage, type MessageTarget, refuseDeleted } from './change-message.js';

/** Replaces the text of one's own message within the policy's edit window; the former text stays in its edits. */
@Injectable()
export class EditMessage {
  constructor(
    private readonly changeMessage: ChangeMessage,
    private readonly emitter: Emitter,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Throws `forbidden`, `message.deleted`, `payload.tooLarge` and what `ChangeMessage` throws. The same text again changes nothing. */
  edit(target: MessageTarget, text: string): Promise<Message> {
    const limit = this.config.messageTextBytesMax;
    if (Buffer.byteLength(text) > limit) throw new AppError('payload.tooLarge', { detail: `a text holds ${limit} bytes at the most` });
    return this.changeMessage.run(target, {
      kind: 'message.edited',
      body: { seq: target.seq, text },
      readAs: null,
      check: mayEdit,
      isDone: (message) => message.text === text,
      deliver: (message, { rev, epoch, draft }) => {
        const edited = { ...message, rev, text, editedAt: draft.at.toISOString() };
        this.emitter.toConversation(target.conversationId, 'message.updated', toEvent(edited, epoch));
      },
    });
  }
}

function mayEdit(member: MemberAccess, message: Message): void {
  if (message.senderId !== member.userId) throw new AppError('forbidden', { detail: 'only its sender may edit a message' });
  refuseDeleted(message);
  member.require('post');
  const windowMs = member.conversation.policy.editWindowSeconds * 1000;
  if (windowMs > 0 && Date.now() - Date.parse(message.createdAt) > windowMs) {
    throw new AppError('forbidden', { detail: 'the time in which this message could be edited is over' });
  }
}
