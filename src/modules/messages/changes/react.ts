import { Injectable } from '@nestjs/common';
import { limits } from '#contracts/limits.js';
import type { Message } from '#contracts/messages/schemas.js';
import { AppError } from '#platform/errors/app-error.js';
import type { MemberAccess } from '../../conversations/member-access.js';
import type { Committed } from '../../log/draft.js';
import { Emitter } from '../../realtime/emitter.js';
import { ChangeMessage, type MessageTarget, refuseDeleted } from './change-message.js';

/** Reactions: one of each emoji per member and message. Everybody but read-only members may react. */
@Injectable()
export class React {
  constructor(
    private readonly changeMessage: ChangeMessage,
    private readonly emitter: Emitter,
  ) {}

  /** Adds the caller's reaction; there already, nothing changes. Throws `forbidden` (read-only, or too many kinds), `message.deleted`. */
  add(target: MessageTarget, emoji: string): Promise<Message> {
    return this.changeMessage.run(target, {
      kind: 'reaction.added',
      body: { seq: target.seq, emoji },
      readAs: target.userId,
      check: (member, message) => {
        mayReact(member, message);
        const isNew = !message.reactions.some((reaction) => reaction.emoji === emoji);
        if (isNew && message.reactions.length >= limits.reactionKindsMax)
          throw new AppError('forbidden', { detail: `a message takes ${limits.reactionKindsMax} kinds of reactions` });
      },
      isDone: (message) => hasMine(message, emoji),
      deliver: (message, committed) => this.tell(target, message, emoji, true, committed),
    });
  }

  /** Takes the caller's reaction back; not there, nothing changes. */
  remove(target: MessageTarget, emoji: string): Promise<Message> {
    return this.changeMessage.run(target, {
      kind: 'reaction.removed',
      body: { seq: target.seq, emoji },
      readAs: target.userId,
      check: mayReact,
      isDone: (message) => !hasMine(message, emoji),
      deliver: (message, committed) => this.tell(target, message, emoji, false, committed),
    });
  }

  private tell(target: MessageTarget, before: Message, emoji: string, added: boolean, { rev, epoch }: Committed): void {
    const { conversationId, seq, userId } = target;
    const count = (before.reactions.find((reaction) => reaction.emoji === emoji)?.count ?? 0) + (added ? 1 : -1);
    this.emitter.toConversation(conversationId, 'reaction.changed', { conversationId, seq, rev, epoch, userId, emoji, added, count });
  }
}

function mayReact(member: MemberAccess, message: Message): void {
  refuseDeleted(message);
  if (member.role === 'readonly' || member.blocked) throw new AppError('forbidden', { detail: 'a read-only member does not react' });
}

function hasMine(message: Message, emoji: string): boolean {
  return message.reactions.some((reaction) => reaction.emoji === emoji && reaction.me);
}
