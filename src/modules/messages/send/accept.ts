import { Inject, Injectable } from '@nestjs/common';
import type { ClientId, ConversationId, MessageId, UserId } from '#contracts/primitives.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { AppError } from '#platform/errors/app-error.js';
import { newId } from '#platform/ids.js';
import { Access } from '../../conversations/access.js';
import type { MemberAccess } from '../../conversations/member-access.js';
import type { Draft } from '../../log/draft.js';
import type { CreatedBody } from '../domain/message-bodies.js';
import { hashContent, type MessageContent } from '../domain/message-content.js';
import { SlowMode } from './slow-mode.js';

/** A message someone wants to send, parsed by the contract's schema. */
export interface MessageToSend extends MessageContent {
  /** Without one the send cannot be repeated safely; the server makes one up. */
  readonly clientId?: ClientId | undefined;
}

/**
 * Step 1 of the hot path: may this user send this here? A member, permitted, within limits. Touches no storage while the
 * membership cache is warm, and is synchronous then.
 */
@Injectable()
export class Accept {
  constructor(
    private readonly access: Access,
    private readonly slowMode: SlowMode,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** The drafts of these messages, in order. Throws `conversation.notFound`, `forbidden`, `payload.tooLarge`, `rateLimited`, `message.notFound`. */
  accept(
    senderId: UserId,
    conversationId: ConversationId,
    messages: readonly MessageToSend[],
  ): Draft<CreatedBody>[] | Promise<Draft<CreatedBody>[]> {
    const access = this.access.of(conversationId, senderId);
    if (access instanceof Promise) return access.then((member) => this.drafts(member, messages));
    return this.drafts(access, messages);
  }

  private drafts(member: MemberAccess, messages: readonly MessageToSend[]): Draft<CreatedBody>[] | Promise<Draft<CreatedBody>[]> {
    member.require('post');
    const turn = this.slowMode.take(member, messages.length);
    return turn instanceof Promise ? turn.then(() => this.draftAll(member, messages)) : this.draftAll(member, messages);
  }

  private draftAll(member: MemberAccess, messages: readonly MessageToSend[]): Draft<CreatedBody>[] {
    const at = new Date();
    return messages.map((message, index) => this.draft(member, message, at, messages.length > 1 ? `messages.${index}.` : ''));
  }

  private draft(member: MemberAccess, message: MessageToSend, at: Date, path: string): Draft<CreatedBody> {
    const limit = this.config.messageTextBytesMax;
    if (message.text !== undefined && message.text.length * 3 > limit && Buffer.byteLength(message.text) > limit) {
      throw new AppError('payload.tooLarge', {
        detail: `a text holds ${limit} bytes at the most`,
        errors: [{ path: `${path}text`, message: `is over ${limit} bytes` }],
      });
    }
    if (message.replyTo !== undefined && message.replyTo < member.visibleFromSeq) {
      throw new AppError('message.notFound', { errors: [{ path: `${path}replyTo`, message: 'names no message' }] });
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
  }
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
