import { z } from 'zod';
import type { Message, MessageEvent } from '#contracts/messages/schemas.js';
import { MessageId, Metadata, UserId } from '#contracts/primitives.js';
import { JsonText } from '#platform/json-text.js';
import type { MessageContent } from './message-content.js';

/** The body of a `message.created` entry: what storage needs beside the entry's own fields. */
export const CreatedBody = z.object({
  id: MessageId,
  text: z.string().nullable(),
  replyTo: z.int().min(1).nullable(),
  mentions: z.array(UserId),
  metadata: Metadata,
});
export type CreatedBody = z.output<typeof CreatedBody>;

/** What the log knows about a message that was just committed or is not yet persisted. */
export interface CreatedMessage {
  readonly conversationId: Message['conversationId'];
  readonly seq: number;
  readonly rev: number;
  readonly clientId: Message['clientId'];
  readonly senderId: Message['senderId'];
  readonly at: Date;
  readonly body: CreatedBody;
}

/** A message as it is right after it was sent. */
export function newMessage(created: CreatedMessage): Message {
  const { body } = created;
  return {
    id: body.id,
    conversationId: created.conversationId,
    seq: created.seq,
    rev: created.rev,
    clientId: created.clientId,
    senderId: created.senderId,
    text: body.text,
    replyTo: body.replyTo,
    mentions: body.mentions,
    reactions: [],
    metadata: body.metadata,
    pinnedAt: null,
    createdAt: isoTime(created.at),
    editedAt: null,
    deletedAt: null,
  };
}

/** What remains of a deleted message: its place, its sender and its times. */
export function tombstone(message: Message, deletedAt: string, rev: number): Message {
  return { ...message, rev, text: null, mentions: [], reactions: [], metadata: {}, pinnedAt: null, deletedAt };
}

/** The message as its sender sent it, without what happened to it later. */
export function asSent(message: Message, { text, mentions, metadata }: MessageContent): Message {
  return {
    ...message,
    text: text ?? null,
    mentions: [...new Set(mentions)],
    metadata: metadata ?? {},
    reactions: [],
    pinnedAt: null,
    editedAt: null,
    deletedAt: null,
  };
}

/** A message as the event for all members, who share one frame: no reaction is marked as the recipient's own. */
export function toEvent(message: Message, epoch: string): MessageEvent {
  return { ...message, reactions: message.reactions.map((reaction) => ({ ...reaction, me: false })), epoch };
}

/** The same event for a new message, built from the message's JSON without encoding it again: `toEvent` writes the epoch last. */
export function createdEvent(message: JsonText<Message>, epoch: string): JsonText<MessageEvent> {
  return new JsonText(`${message.text.slice(0, -1)},"epoch":${JSON.stringify(epoch)}}`, () => toEvent(message.value, epoch));
}

let lastTime = Number.NaN;
let lastText = '';

/** Formats a time. Messages of one group share a few milliseconds, so the last result is kept. */
function isoTime(at: Date): string {
  const time = at.getTime();
  if (time !== lastTime) {
    lastText = at.toISOString();
    lastTime = time;
  }
  return lastText;
}
