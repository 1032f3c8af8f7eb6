import { z } from 'zod';
import { Conversation, LeaveReason, Member } from './conversations/schemas.js';
import { MessageEvent } from './messages/schemas.js';
import { Notice } from './operations/schemas.js';
import { Presence } from './presence/schemas.js';
import { ConversationId, Epoch, Rev, Seq, SeqCursor, SessionId, Timestamp, UserId } from './primitives.js';

/** One event to the client. `to` says who gets it. */
export interface EventSpec {
  readonly summary: string;
  readonly to: string;
  readonly payload: z.ZodType;
}

const change = { conversationId: ConversationId, rev: Rev, epoch: Epoch };
const members = 'all members of the conversation';

/** Every event by name. Order the ones with a `rev` by it; where it jumps, call `conversation.sync`. */
export const events = {
  'session.ready': {
    summary: 'The rooms are joined; from now on nothing is missed. Sent once',
    to: 'the socket that connected',
    payload: z.object({
      sessionId: SessionId,
      userId: UserId,
      serverTime: Timestamp,
      conversations: z.array(z.object({ id: ConversationId, epoch: Epoch, seq: SeqCursor, rev: Rev })),
    }),
  },
  'message.created': { summary: 'A message was sent', to: members, payload: MessageEvent },
  'message.updated': { summary: 'A message was edited, pinned or unpinned', to: members, payload: MessageEvent },
  'message.deleted': {
    summary: 'A message became a tombstone. One deleted only for me stays so: later events of it are for the others',
    to: `${members}; deleted only for me: my own sockets`,
    payload: MessageEvent,
  },
  'reaction.changed': {
    summary: 'Somebody reacted or took a reaction back; `count` is that of the emoji now',
    to: members,
    payload: z.object({ ...change, seq: Seq, userId: UserId, emoji: z.string(), added: z.boolean(), count: z.int().min(0) }),
  },
  'receipt.advanced': {
    summary: "A member's cursors moved; at most one per second and member",
    to: members,
    payload: z.object({ conversationId: ConversationId, userId: UserId, deliveredSeq: SeqCursor, readSeq: SeqCursor, at: Timestamp }),
  },
  'typing.started': {
    summary: 'A member types',
    to: `${members} but the typist`,
    payload: z.object({ conversationId: ConversationId, userId: UserId }),
  },
  'typing.stopped': {
    summary: 'A member stopped typing',
    to: `${members} but the typist`,
    payload: z.object({ conversationId: ConversationId, userId: UserId }),
  },
  'presence.changed': {
    summary: "A user's presence changed",
    to: 'those who watch the user or share a direct conversation',
    payload: Presence,
  },
  'conversation.added': {
    summary: 'I am in a conversation now; my sockets get its events from here on',
    to: 'the sockets of the user',
    payload: Conversation,
  },
  'conversation.updated': { summary: 'Name, title, visibility, policy or metadata changed', to: members, payload: Conversation },
  'conversation.removed': {
    summary: 'I am not in this conversation any more',
    to: 'the sockets of the user',
    payload: z.object({ id: ConversationId, reason: LeaveReason }),
  },
  'member.joined': { summary: 'Somebody joined', to: members, payload: z.object({ ...change, member: Member }) },
  'member.updated': { summary: "A member's role changed", to: members, payload: z.object({ ...change, member: Member }) },
  'member.left': {
    summary: 'Somebody left or was removed',
    to: members,
    payload: z.object({ ...change, userId: UserId, reason: LeaveReason }),
  },
  notice: { summary: "An operator's notice", to: 'everybody who is connected', payload: Notice },
  'resync.required': {
    summary: 'The server dropped something for this slow client; sync these conversations, or all',
    to: 'the slow socket',
    payload: z.object({ conversationIds: z.array(ConversationId).optional(), reason: z.string() }),
  },
  'session.closing': {
    summary: 'The server closes this socket next',
    to: 'the socket',
    payload: z.object({ code: z.enum(['revoked', 'expired', 'draining', 'limit']), reason: z.string(), retryAfterMs: z.int().nullable() }),
  },
} as const satisfies Record<string, EventSpec>;

export type Events = typeof events;
export type EventName = keyof Events;
export type EventPayload<N extends EventName> = z.output<Events[N]['payload']>;
