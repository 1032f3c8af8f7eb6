import { z } from 'zod';
import { Conversation, CreateConversationBody, Member, PublicConversationsQuery } from './conversations/schemas.js';
import type { ErrorCode } from './errors.js';
import {
  ConversationSummary,
  DeleteScope,
  Emoji,
  HistoryInput,
  HistoryPage,
  Message,
  MessageText,
  ReceiptState,
  SendMessageInput,
  SyncInput,
  SyncResult,
} from './messages/schemas.js';
import { Presence, PresenceSetInput, PresenceWatchInput } from './presence/schemas.js';
import { ConversationId, PageQuery, pageOf, Seq, SeqCursor, storableText, Timestamp } from './primitives.js';

/** One socket command: its payload, what the ack's `data` holds, and the errors it adds to the common ones. */
export interface CommandSpec {
  readonly summary: string;
  readonly input: z.ZodType;
  readonly data: z.ZodType;
  readonly errors?: readonly ErrorCode[];
}

const inConversation = z.strictObject({ conversationId: ConversationId });
const toMessage = z.strictObject({ conversationId: ConversationId, seq: Seq });
const empty = z.strictObject({});
const notAllowed = ['conversation.notFound', 'forbidden'] as const;
const toOne = [...notAllowed, 'message.notFound', 'message.deleted'] as const;

const ReceiptInput = z
  .strictObject({ conversationId: ConversationId, deliveredSeq: SeqCursor.optional(), readSeq: SeqCursor.optional() })
  .refine((input) => input.deliveredSeq !== undefined || input.readSeq !== undefined, {
    message: 'deliveredSeq or readSeq is needed',
    path: ['readSeq'],
  });

/** Every socket command by name. The ack is `{ ok: true, data }` or `{ ok: false, error }`, always. */
export const commands = {
  'message.send': {
    summary: 'Send a message',
    input: SendMessageInput,
    data: Message,
    errors: [...notAllowed, 'message.notFound', 'message.clientIdConflict'],
  },
  'message.edit': { summary: 'Edit my message', input: toMessage.extend({ text: MessageText }), data: Message, errors: toOne },
  'message.delete': {
    summary: 'Delete a message for all, or only for me',
    input: toMessage.extend({ scope: DeleteScope.optional() }),
    data: Message,
    errors: [...notAllowed, 'message.notFound'],
  },
  'reaction.add': { summary: 'React to a message', input: toMessage.extend({ emoji: Emoji }), data: Message, errors: toOne },
  'reaction.remove': { summary: 'Take my reaction back', input: toMessage.extend({ emoji: Emoji }), data: Message, errors: toOne },
  'receipt.advance': {
    summary: 'Advance my delivered and read cursors',
    input: ReceiptInput,
    data: ReceiptState,
    errors: ['conversation.notFound'],
  },
  'typing.start': { summary: 'Say that I am typing; ends by itself after 6 s', input: inConversation, data: empty, errors: notAllowed },
  'typing.stop': { summary: 'Say that I stopped typing', input: inConversation, data: empty, errors: ['conversation.notFound'] },
  'presence.set': { summary: 'Set my status and text', input: PresenceSetInput, data: Presence },
  'presence.watch': {
    summary: "Follow users' presence; answers their present one",
    input: PresenceWatchInput,
    data: z.object({ items: z.array(Presence) }),
  },
  'presence.unwatch': { summary: "Stop following users' presence", input: PresenceWatchInput, data: empty },
  'conversation.create': {
    summary: 'Make a conversation; the existing one for a direct pair',
    input: CreateConversationBody,
    data: Conversation,
    errors: ['user.notFound', 'conversation.nameTaken', 'forbidden'],
  },
  'conversation.list': { summary: 'My conversations, latest activity first', input: PageQuery, data: pageOf(ConversationSummary) },
  'conversation.get': { summary: 'A conversation', input: inConversation, data: Conversation, errors: ['conversation.notFound'] },
  'conversation.join': {
    summary: 'Join a public conversation',
    input: inConversation,
    data: Conversation,
    errors: [...notAllowed, 'member.alreadyMember'],
  },
  'conversation.leave': { summary: 'Leave a conversation', input: inConversation, data: empty, errors: notAllowed },
  'conversation.members': {
    summary: 'The members',
    input: PageQuery.extend({ conversationId: ConversationId }),
    data: pageOf(Member),
    errors: ['conversation.notFound'],
  },
  'conversation.listPublic': {
    summary: 'The directory of public conversations',
    input: PublicConversationsQuery,
    data: pageOf(Conversation),
  },
  'conversation.sync': {
    summary: 'Everything that changed since (epoch, rev), per conversation, in pages',
    input: SyncInput,
    data: SyncResult,
  },
  'history.page': {
    summary: 'A page of history; reading it advances my delivered cursor',
    input: HistoryInput,
    data: HistoryPage,
    errors: ['conversation.notFound'],
  },
  'session.ping': {
    summary: 'Measure the way to the server and back',
    input: z.strictObject({ nonce: storableText(1, 128) }),
    data: z.object({ nonce: z.string(), serverTime: Timestamp }),
  },
} as const satisfies Record<string, CommandSpec>;

export type Commands = typeof commands;
export type CommandName = keyof Commands;
/** The parsed payload of a command. */
export type CommandInput<N extends CommandName> = z.output<Commands[N]['input']>;
/** The `data` of a command's successful ack. */
export type CommandData<N extends CommandName> = z.output<Commands[N]['data']>;

/** The error half of an ack. */
export const AckError = z.object({
  code: z.string(),
  message: z.string(),
  retryable: z.boolean(),
  requestId: z.string(),
  retryAfterMs: z.int().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type AckError = z.infer<typeof AckError>;
export type Ack<T> = { ok: true; data: T } | { ok: false; error: AckError };
