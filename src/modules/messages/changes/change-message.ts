import { Injectable } from '@nestjs/common';
import type { Message } from '#contracts/messages/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Access } from '../../conversations/access.js';
import type { MemberAccess } from '../../conversations/member-access.js';
import { ConversationChanges } from '../../log/conversation-changes.js';
import { changeDraft, type Committed } from '../../log/draft.js';
import type { MessageBody, MessageEntryKind } from '../domain/message-bodies.js';
import { MessageReader } from '../message-reader.js';

/** One message of one conversation, and who wants to change it. */
export interface MessageTarget {
  readonly userId: UserId;
  readonly conversationId: ConversationId;
  readonly seq: number;
}

/** A kind of change to a message, as rules: all of them judge the message as it is under the conversation's lock. */
export interface MessageChange<K extends MessageEntryKind> {
  readonly kind: K;
  readonly body: MessageBody<K>;
  /** As whom the message is read: the caller where their own reaction or deletion matters, else null. */
  readonly readAs: UserId | null;
  /** Throws when this member may not do this to this message. */
  readonly check: (member: MemberAccess, message: Message) => void;
  /** Nothing is left to do: the change is answered and not repeated. */
  readonly isDone: (message: Message) => boolean;
  /** Tells those who are concerned. `message` is as it was before. */
  readonly deliver: (message: Message, committed: Committed) => void;
}

/** Runs changes of single messages, each atomic, once, and in the conversation's order. */
@Injectable()
export class ChangeMessage {
  constructor(
    private readonly access: Access,
    private readonly changes: ConversationChanges,
    private readonly reader: MessageReader,
  ) {}

  /** Answers the message as the caller sees it afterwards. Throws `conversation.notFound`, `message.notFound` and what the rules throw. */
  async run<K extends MessageEntryKind>(target: MessageTarget, change: MessageChange<K>): Promise<Message> {
    const { userId, conversationId, seq } = target;
    await this.visible(target);
    return this.changes.run(conversationId, async (tx) => {
      const member = await this.visible(target);
      const message = await this.reader.persisted(tx, conversationId, seq, change.readAs);
      change.check(member, message);
      const { kind, body } = change;
      const draft = changeDraft({ conversationId, kind, actorId: userId, at: new Date(), body });
      return {
        drafts: change.isDone(message) ? [] : [draft],
        deliver: (committed) => committed.forEach((one) => change.deliver(message, one)),
        answer: () => this.reader.get(conversationId, seq, userId),
      };
    });
  }

  private async visible(target: MessageTarget): Promise<MemberAccess> {
    const member = await this.access.of(target.conversationId, target.userId);
    if (target.seq < member.visibleFromSeq) throw new AppError('message.notFound');
    return member;
  }
}

/** Refuses what cannot be done to a tombstone. */
export function refuseDeleted(message: Message): void {
  if (message.deletedAt !== null) throw new AppError('message.deleted');
}
