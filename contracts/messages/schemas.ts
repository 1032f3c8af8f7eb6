import { z } from 'zod';
import { changeFields } from '../event.js';
import { limits } from '../limits.js';
import {
  ClientId,
  ConversationId,
  Epoch,
  MessageId,
  isStorableText,
  Metadata,
  overSize,
  pageLimit,
  PageQuery,
  Rev,
  Seq,
  SeqCursor,
  storableText,
  Timestamp,
  TimestampInput,
  UserId,
} from '../primitives.js';
import { MessageTarget } from '../targets.js';
import { isVisible, visibleText } from '../text.js';
import { canonicalEmoji, isEmoji } from './emoji.js';

export const Emoji = storableText(1, limits.emojiCharactersMax).overwrite(canonicalEmoji).refine(isEmoji, 'must be one emoji').meta({
  id: 'Emoji',
  description:
    'One emoji of the set that Unicode recommends for general interchange (RGI). All spellings of an emoji, with and without the selector U+FE0F, are the same reaction; answers and events hold the fully qualified one.',
});

export const Reaction = z.object({ emoji: z.string(), count: z.int().min(1), me: z.boolean() }).meta({
  id: 'Reaction',
  description:
    'How many users reacted with an emoji. `me` tells whether the caller did; it is false in events, because every member receives the same frame.',
});
export type Reaction = z.infer<typeof Reaction>;

export const Message = z
  .object({
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
  })
  .meta({
    id: 'Message',
    description: 'A message. A deleted one stays as a tombstone: `deletedAt` is set, `text` is null, reactions and metadata are empty.',
  });
export type Message = z.infer<typeof Message>;

export const MessageEvent = Message.extend({ epoch: Epoch }).meta({
  id: 'MessageEvent',
  description: 'A message in an event, with the epoch to which its `seq` and `rev` belong.',
});
export type MessageEvent = z.infer<typeof MessageEvent>;

/** The server checks the size: the limit is a setting, and one over it is `payload.tooLarge` whatever its size. */
export const MessageText = z
  .string()
  .min(1)
  .refine(isStorableText, 'must be well-formed text without NUL')
  .refine(isVisible, 'must contain a visible character')
  .meta({
    id: 'MessageText',
    maxLength: limits.textBytesMax,
    description:
      'Well-formed text without NUL and with at least one visible character, stored and returned as sent. The operator limits its size in bytes of UTF-8 (`MESSAGE_TEXT_BYTES_MAX`, 8192 by default, at most 65,536).',
  });

const sendFields = {
  text: MessageText.optional(),
  replyTo: Seq.optional(),
  mentions: z.array(UserId).max(limits.mentionsMax).optional(),
  metadata: Metadata.optional(),
};
const hasContent = (body: { text?: string | undefined; metadata?: unknown }) => body.text !== undefined || body.metadata !== undefined;
const contentRule = { message: 'a message needs text or metadata', path: ['text'] };

export const SendMessageBody = z
  .strictObject({ clientId: ClientId.optional(), ...sendFields })
  .refine(hasContent, contentRule)
  .meta({ id: 'SendMessageBody', description: 'A new message, which needs text or metadata. With a `clientId` it is safe to send again.' });
export type SendMessageBody = z.infer<typeof SendMessageBody>;
export const SendMessageInput = z
  .strictObject({ conversationId: ConversationId, clientId: ClientId, ...sendFields })
  .refine(hasContent, contentRule)
  .meta({
    id: 'SendMessageInput',
    description: 'A new message, which needs text or metadata. The `clientId` makes it safe to send again.',
  });
export type SendMessageInput = z.infer<typeof SendMessageInput>;
export const SendBatchBody = z
  .strictObject({
    messages: z
      .array(SendMessageBody)
      .min(1)
      .refine((messages) => messages.length <= limits.batchMessagesMax, overSize(limits.batchMessagesMax, 'messages'))
      .meta({ maxItems: limits.batchMessagesMax }),
  })
  .meta({
    id: 'SendBatchBody',
    description: 'New messages in their order. One invalid message fails the whole batch; the path of the error names its index.',
  });
export type SendBatchBody = z.infer<typeof SendBatchBody>;
export const MessageList = z.object({ items: z.array(Message) }).meta({ id: 'MessageList', description: 'Messages in their order.' });

const historyFields = {
  before: Seq.optional(),
  after: SeqCursor.optional(),
  around: Seq.optional(),
  order: z.enum(['asc', 'desc']).optional(),
  limit: pageLimit('The number of messages on the page.'),
  sender: UserId.optional(),
  text: visibleText(1, 256).optional().describe('A part of the text, in any case and with or without accents.'),
  replyTo: Seq.optional(),
  from: TimestampInput.optional(),
  to: TimestampInput.optional(),
};
const hasOneBound = (query: { before?: number | undefined; after?: number | undefined; around?: number | undefined }) =>
  [query.before, query.after, query.around].filter((bound) => bound !== undefined).length <= 1;
const boundRule = { message: 'only one of before, after and around', path: ['before'] };
const historyDescription =
  'At most one of `before`, `after` (both exclusive) and `around` (the middle of the page); without them, the newest page. `order` (`asc` by default) sorts the items of the page and does not select it.';

export const HistoryQuery = z
  .strictObject(historyFields)
  .refine(hasOneBound, boundRule)
  .meta({ id: 'HistoryQuery', description: historyDescription });
export type HistoryQuery = z.infer<typeof HistoryQuery>;
export const HistoryInput = z
  .strictObject({ conversationId: ConversationId, ...historyFields })
  .refine(hasOneBound, boundRule)
  .meta({ id: 'HistoryInput', description: historyDescription });
export type HistoryInput = z.infer<typeof HistoryInput>;

export const HistoryPage = z
  .object({
    items: z.array(Message),
    oldestSeq: Seq.nullable(),
    newestSeq: Seq.nullable(),
    hasOlder: z.boolean(),
    hasNewer: z.boolean(),
  })
  .meta({
    id: 'HistoryPage',
    description:
      'A page of history. `oldestSeq` and `newestSeq` are its ends, null if it is empty. `hasOlder` and `hasNewer` apply the same filters as the page.',
  });
export type HistoryPage = z.infer<typeof HistoryPage>;

export const EditMessageBody = z.strictObject({ text: MessageText }).meta({ id: 'EditMessageBody', description: 'The new text.' });
export const EditMessageInput = MessageTarget.extend({ text: MessageText }).meta({
  id: 'EditMessageInput',
  description: 'The message and its new text.',
});
export const DeleteScope = z.enum(['all', 'me']).meta({
  id: 'DeleteScope',
  description: '`all`, the default, deletes the message for every member; `me` hides it from the caller alone.',
});
export type DeleteScope = z.infer<typeof DeleteScope>;
export const DeleteMessageQuery = z
  .strictObject({ scope: DeleteScope.optional() })
  .meta({ id: 'DeleteMessageQuery', description: 'Whether to delete the message for every member or only for the caller.' });
export const DeleteMessageInput = MessageTarget.extend({ scope: DeleteScope.optional() }).meta({
  id: 'DeleteMessageInput',
  description: 'The message, and whether to delete it for every member or only for the caller.',
});
export const ReactionTarget = MessageTarget.extend({ emoji: Emoji }).meta({
  id: 'ReactionTarget',
  description: "Names the caller's reaction to a message.",
});

export const MessageEdit = z
  .object({ seq: Seq, text: z.string().nullable(), replacedAt: Timestamp })
  .meta({ id: 'MessageEdit', description: 'A former text of a message and when an edit replaced it.' });
export type MessageEdit = z.infer<typeof MessageEdit>;

export const MessageSearchQuery = PageQuery.extend({
  q: visibleText(1, 256).describe(
    'Words that all have to occur, in any order, each also as the beginning of a longer word (from two characters on). `"two words"` is a phrase of whole words; `-word` and `-"two words"` exclude; `begin*` is a beginning also where quotes or a minus would take whole words. Case, accents and spelling (NFC, NFD, width) do not matter. In Chinese, Japanese, Korean, Thai, Lao, Khmer and Burmese a word is found anywhere in a text. At least one word must not be excluded.',
  ),
  conversationId: ConversationId.optional(),
  sender: UserId.optional(),
  from: TimestampInput.optional(),
  to: TimestampInput.optional(),
  order: z
    .enum(['relevance', 'newest'])
    .optional()
    .describe(
      '`relevance`, the default: messages with the words as typed and next to each other first, then those with all words whole, then those with longer words; the newest first among equals. `newest`: the newest first.',
    ),
}).meta({ id: 'MessageSearchQuery', description: 'The text to find, and optionally the conversation, sender and period to find it in.' });
export type MessageSearchQuery = z.infer<typeof MessageSearchQuery>;

export const Highlight = z
  .object({ offset: z.int().min(0), length: z.int().min(1) })
  .meta({ id: 'Highlight', description: 'A range of a text in UTF-16 code units, as strings count in JavaScript, Java and C#.' });
export type Highlight = z.infer<typeof Highlight>;

export const FoundMessage = Message.extend({
  highlights: z
    .array(Highlight)
    .max(limits.highlightsMax)
    .describe('Where the words of the query occur in `text`: the first ranges, in order and without overlaps.'),
}).meta({ id: 'FoundMessage', description: 'A message that a search found, and where it matches.' });
export type FoundMessage = z.infer<typeof FoundMessage>;

export const ReactionChanged = z
  .object({ ...changeFields, seq: Seq, userId: UserId, emoji: z.string(), added: z.boolean(), count: z.int().min(0) })
  .meta({ id: 'ReactionChanged', description: 'Who added or removed which emoji, and how many users react with it now.' });

export const SavedMessage = z
  .object({ message: Message, savedAt: Timestamp })
  .meta({ id: 'SavedMessage', description: 'A message that the caller saved, as it is now, and when they saved it.' });
export type SavedMessage = z.infer<typeof SavedMessage>;

export const MessageSaved = z.object({ conversationId: ConversationId, seq: Seq, savedAt: Timestamp.nullable() }).meta({
  id: 'MessageSaved',
  description: 'Which message the user saved, and when; `savedAt` is null if they removed it from the saved ones.',
});

export const MessagesExpired = z
  .object({ ...changeFields, fromSeq: Seq, upToSeq: Seq })
  .meta({ id: 'MessagesExpired', description: 'A range of messages that have expired, both ends included.' });
