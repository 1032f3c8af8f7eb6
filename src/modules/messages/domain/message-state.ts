import type { Message, MessageEvent } from '#contracts/messages/schemas.js';
import { JsonText } from '#platform/json-text.js';
import type { CreatedBody } from './message-bodies.js';

/** What the log knows of a message that was just committed or is not persisted yet. */
export interface CreatedMessage {
  readonly conversationId: Message['conversationId'];
  readonly seq: number;
  readonly rev: number;
  readonly clientId: Message['clientId'];
  readonly senderId: Message['senderId'];
  readonly at: Date;
  readonly body: CreatedBody;
}

/** A message nobody has touched since it was sent. */
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

/** What is left of a message when it is deleted: its place, its sender, its times. */
export function tombstone(message: Message, deletedAt: string, rev: number): Message {
  return { ...message, rev, text: null, mentions: [], reactions: [], metadata: {}, pinnedAt: null, deletedAt };
}

/** A message as all members get it in one frame: nobody's own reaction is marked. */
export function toEvent(message: Message, epoch: string): MessageEvent {
  return { ...message, reactions: message.reactions.map((reaction) => ({ ...reaction, me: false })), epoch };
}

/** The event of a message nobody has touched, made of the message's text: it is `toEvent`'s, which writes the epoch last. */
export function createdEvent(message: JsonText<Message>, epoch: string): JsonText<MessageEvent> {
  return new JsonText(`${message.text.slice(0, -1)},"epoch":${JSON.stringify(epoch)}}`, () => toEvent(message.value, epoch));
}

let lastTime = Number.NaN;
let lastText = '';

/** A group's messages are made in the same few milliseconds, and each is told twice: to its sender and to the members. */
function isoTime(at: Date): string {
  const time = at.getTime();
  if (time !== lastTime) {
    lastText = at.toISOString();
    lastTime = time;
  }
  return lastText;
}
