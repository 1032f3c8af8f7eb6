import { Injectable } from '@nestjs/common';
import type { Message } from '#contracts/messages/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import { AppError } from '#platform/errors/app-error.js';
import { Access } from '../../conversations/access.js';
import type { MemberAccess } from '../../conversations/member-access.js';
import { ConversationChanges } from '../../log/conversation-changes.js';
import { changeDraft, type Committed } from '../../log/draft.js';
import { CommittedMessages } from '../read/committed-messages.js';

/** Names one message of one conversation. */
export interface MessageRef {
  readonly conversationId: ConversationId;
  readonly seq: number;
}

/** One change to one message, as rules. All of them judge the message as it is under the conversation's lock. */
export interface MessageChange {
  /** The kind of the log entry, such as `message.edited`. */
  readonly kind: string;
  /** The body of the log entry, in the schema that the change's applier declares. */
  readonly body: object;
  /** The actor if the rules depend on their own reactions or deletions; null to read the message without a viewer. */
  readonly viewerId: UserId | null;
  /** Throws when this member may not make this change to this message. */
  readonly check: (member: MemberAccess, message: Message) => void;
  /** Whether the message already is as the change would leave it: then nothing is committed. */
  readonly isDone: (message: Message) => boolean;
  /** Emits the event. `before` is the message before the change. */
  readonly deliver: (before: Message, committed: Committed) => void;
}

/** Makes changes to single messages: each is atomic, happens once, and has its place in the conversation's order. */
@Injectable()
export class ChangeMessage {
  constructor(
    private readonly access: Access,
    private readonly changes: ConversationChanges,
    private readonly messages: CommittedMessages,
  ) {}

  /** Returns the message as the actor sees it afterwards. Throws `conversation.notFound`, `message.notFound` and what `check` throws. */
  async execute(actorId: UserId, target: MessageRef, change: MessageChange): Promise<Message> {
    const { conversationId, seq } = target;
    await this.requireVisible(actorId, target);
    return this.changes.runChange(conversationId, async (tx) => {
      const member = await this.requireVisible(actorId, target);
      const before = await this.messages.getStored(tx, change.viewerId, conversationId, seq);
      change.check(member, before);
      const draft = changeDraft({ conversationId, kind: change.kind, actorId, at: clock.date(), body: change.body });
      return {
        drafts: change.isDone(before) ? [] : [draft],
        deliver: (committed) => committed.forEach((one) => change.deliver(before, one)),
        answer: () => this.messages.getMessage(actorId, conversationId, seq),
      };
    });
  }

  private async requireVisible(actorId: UserId, { conversationId, seq }: MessageRef): Promise<MemberAccess> {
    const member = await this.access.of(conversationId, actorId);
    member.requireSight(seq);
    return member;
  }
}

/** Throws `message.deleted` for a tombstone. */
export function refuseDeleted(message: Message): void {
  if (message.deletedAt !== null) throw new AppError('message.deleted');
}
