import { z } from 'zod';
import { limits } from '../limits.js';
import {
  ClientId,
  ConversationId,
  Epoch,
  MessageId,
  Metadata,
  PageQuery,
  Rev,
  Seq,
  SeqCursor,
  storableText,
  Timestamp,
  UserId,
} from '../primitives.js';

/** One or more emoji (or a short name); no white space or control characters. */
export const Emoji = storableText(1, limits.emojiCharactersMax).regex(/^[^\s\p{Cc}]+$/u, 'must not hold white space or control characters');

/** `me` says whether the caller reacted; it is false in events, which go to all members in one frame. */
export const Reaction = z.object({ emoji: z.string(), count: z.int().min(1), me: z.boolean() });
export type Reaction = z.infer<typeof Reaction>;

/** A deleted message stays as a tombstone: `text` null, `deletedAt` set, reactions and metadata gone. */
export const Message = z.object({
  id: MessageId,
  conversationId: ConversationId,
  seq: Seq,
  rev: Rev,
  clientId: ClientId,
  senderId: UserId,
  text: z.string().nullable(),
  replyTo: Seq.nullable(),
  mentions: z.array(UserId),
  reactions: z.array(Reaction),
  metadata: Metadata,
  pinnedAt: Timestamp.nullable(),
  createdAt: Timestamp,
  editedAt: Timestamp.nullable(),
  deletedAt: Timestamp.nullable(),
});
export type Message = z.infer<typeof Message>;

/** A message as an event carries it: with the epoch its `seq` and `rev` belong to. */
export const MessageEvent = Message.extend({ epoch: Epoch });
export type MessageEvent = z.infer<typeof MessageEvent>;

export const MessageText = storableText(1, limits.textCharactersMax);

const sendFields = {
  text: MessageText.optional(),
  replyTo: Seq.optional(),
  mentions: z.array(UserId).max(limits.mentionsMax).optional(),
  metadata: Metadata.optional(),
};
const hasContent = (body: { text?: string | undefined; metadata?: unknown }) => body.text !== undefined || body.metadata !== undefined;
const contentRule = { message: 'a message needs text or metadata', path: ['text'] };

export const SendMessageBody = z.strictObject({ clientId: ClientId.optional(), ...sendFields }).refine(hasContent, contentRule);
export type SendMessageBody = z.infer<typeof SendMessageBody>;
export const SendMessageInput = z
  .strictObject({ conversationId: ConversationId, clientId: ClientId, ...sendFields })
  .refine(hasContent, contentRule);
export type SendMessageInput = z.infer<typeof SendMessageInput>;
/** All or nothing: one bad message refuses the batch, and the error's path names its index. */
export const SendBatchBody = z.strictObject({ messages: z.array(SendMessageBody).min(1).max(limits.batchMessagesMax) });
export type SendBatchBody = z.infer<typeof SendBatchBody>;

const historyFields = {
  before: Seq.optional(),
  after: SeqCursor.optional(),
  around: Seq.optional(),
  order: z.enum(['asc', 'desc']).optional(),
  limit: z.int().min(1).max(limits.pageSizeMax).optional(),
  sender: UserId.optional(),
  text: storableText(1, 256).optional(),
  replyTo: Seq.optional(),
  from: Timestamp.optional(),
  to: Timestamp.optional(),
};
const oneBound = (query: { before?: number | undefined; after?: number | undefined; around?: number | undefined }) =>
  [query.before, query.after, query.around].filter((bound) => bound !== undefined).length <= 1;
const boundRule = { message: 'only one of before, after and around', path: ['before'] };

/**
 * `before` and `after` are exclusive, `around` is in the middle of its page. Without a bound: the newest page.
 * `order` (default `asc`) orders the items of the page and does not choose the page.
 */
export const HistoryQuery = z.strictObject(historyFields).refine(oneBound, boundRule);
export type HistoryQuery = z.infer<typeof HistoryQuery>;
export const HistoryInput = z.strictObject({ conversationId: ConversationId, ...historyFields }).refine(oneBound, boundRule);
export type HistoryInput = z.infer<typeof HistoryInput>;

/** `oldestSeq` and `newestSeq` bound the items, null on an empty page; `has…` obey the same filters. */
export const HistoryPage = z.object({
  items: z.array(Message),
  oldestSeq: Seq.nullable(),
  newestSeq: Seq.nullable(),
  hasOlder: z.boolean(),
  hasNewer: z.boolean(),
});
export type HistoryPage = z.infer<typeof HistoryPage>;

export const EditMessageBody = z.strictObject({ text: MessageText });
export const DeleteScope = z.enum(['all', 'me']);
export type DeleteScope = z.infer<typeof DeleteScope>;
export const DeleteMessageQuery = z.strictObject({ scope: DeleteScope.optional() });
/** A former text of a message and the time at which an edit replaced it. */
export const MessageEdit = z.object({ seq: Seq, text: z.string().nullable(), replacedAt: Timestamp });
export type MessageEdit = z.infer<typeof MessageEdit>;

export const MessageSearchQuery = PageQuery.extend({
  q: storableText(1, 256),
  conversationId: ConversationId.optional(),
  sender: UserId.optional(),
  from: Timestamp.optional(),
  to: Timestamp.optional(),
});
export type MessageSearchQuery = z.infer<typeof MessageSearchQuery>;
