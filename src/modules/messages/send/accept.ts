import { Inject, Injectable } from '@nestjs/common';
import type { ClientId, ConversationId, MessageId, UserId } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { AppError } from '#platform/errors/app-error.js';
import { newId } from '#platform/ids.js';
import { Access } from '../../conversations/access.js';
import type { MemberAccess } from '../../conversations/member-access.js';
import type { Draft } from '../../log/draft.js';
import { hashContent, type MessageContent } from '../domain/message-content.js';
import type { CreatedBody } from '../domain/message-state.js';
import { refuseLongText } from '../domain/refuse-long-text.js';
import { SlowMode } from './slow-mode.js';

/** A message to send, as the contract's schema parsed it. */
export interface MessageToSend extends MessageContent {
  /** Without one the send cannot be retried safely; the server makes one up. */
  readonly clientId?: ClientId | undefined;
}

type Drafts = Draft<CreatedBody>[];

/**
 * Step 1 of the hot path: is the sender a member who may post here, and is the message within the limits? While the membership cache is
 * warm it reads no storage and answers synchronously.
 */
@Injectable()
export class Accept {
  constructor(
    @Inject(Access) private readonly access: Pick<Access, 'of'>,
    private readonly slowMode: SlowMode,
    @Inject(CONFIG) private readonly config: Pick<Config, 'messageTextBytesMax'>,
  ) {}

  /**
   * The drafts of these messages, in order; undefined if slow mode limits the sender, who has to take a turn (`SendCarefully`).
   * @throws AppError `conversation.notFound`, `forbidden`, `payload.tooLarge`, `message.notFound` (the reply's target)
   */
  execute(
    senderId: UserId,
    conversationId: ConversationId,
    messages: readonly MessageToSend[],
  ): Drafts | undefined | Promise<Drafts | undefined> {
    const access = this.access.of(conversationId, senderId);
    if (access instanceof Promise) return access.then((member) => this.acceptFrom(member, messages));
    return this.acceptFrom(access, messages);
  }

  /** The drafts of a member's messages, in order. Those that `isKnown` names were committed before and are not checked again. Throws as `execute` does. */
  draftFor(member: MemberAccess, messages: readonly MessageToSend[], isKnown?: (index: number) => boolean): Drafts {
    member.require('post');
    return draftMessages(member, messages, this.config.messageTextBytesMax, isKnown);
  }

  private acceptFrom(member: MemberAccess, messages: readonly MessageToSend[]): Drafts | undefined {
    member.require('post');
    return this.slowMode.appliesTo(member) ? undefined : draftMessages(member, messages, this.config.messageTextBytesMax);
  }
}

/** Drafts of a member's messages, in order. Throws `payload.tooLarge`, or `message.notFound` for a reply to a message they cannot see. */
export function draftMessages(
  member: MemberAccess,
  messages: readonly MessageToSend[],
  textBytesMax: number,
  isKnown?: (index: number) => boolean,
): Drafts {
  const at = clock.date();
  return messages.map((message, index) => {
    if (isKnown?.(index) !== true) {
      const path = messages.length > 1 ? `messages.${index}.` : '';
      if (message.text !== undefined) refuseLongText(message.text, textBytesMax, `${path}text`);
      refuseUnseenReply(member, message, path);
    }
    return {
      conversationId: member.conversation.id,
      kind: 'message.created',
      actorId: member.userId,
      takesSeq: true,
      clientId: message.clientId ?? newId<ClientId>(),
      bodyHash: hashContent(message),
      replyTo: message.replyTo ?? null,
      at,
      body: createdBody(message),
    };
  });
}

function refuseUnseenReply(member: MemberAccess, { replyTo }: MessageToSend, path: string): void {
  if (replyTo === undefined || member.canSee(replyTo)) return;
  throw new AppError('message.notFound', { errors: [{ path: `${path}replyTo`, message: 'names no message' }] });
}

function createdBody(message: MessageToSend): CreatedBody {
  return {
    id: newId<MessageId>(),
    text: message.text ?? null,
    replyTo: message.replyTo ?? null,
    mentions: message.mentions === undefined ? [] : [...new Set(message.mentions)],
    metadata: message.metadata ?? {},
  };
}
