import { z } from 'zod';
import { limits } from './limits.js';

/**
 * Whether Postgres and every client can hold the text: well-formed UTF-16 without NUL.
 * Postgres rejects U+0000 in text, and a lone surrogate has no UTF-8 form.
 */
export function isStorableText(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

/** A string of `min` to `max` UTF-16 code units that is stored and returned unchanged. */
export function storableText(min: number, max: number) {
  return z.string().min(min).max(max).refine(isStorableText, 'must be well-formed text without NUL');
}

/** Clients may send upper case; the server stores and returns lower case. */
const uuid = z.uuid().toLowerCase();

export const UserId = uuid
  .meta({ id: 'UserId', description: 'Identifies a user: a UUID of version 7. Upper case is folded.' })
  .brand<'UserId'>();
export type UserId = z.infer<typeof UserId>;
export const SessionId = uuid
  .meta({ id: 'SessionId', description: 'Identifies a session: a UUID of version 7. Upper case is folded.' })
  .brand<'SessionId'>();
export type SessionId = z.infer<typeof SessionId>;
export const ConversationId = uuid
  .meta({ id: 'ConversationId', description: 'Identifies a conversation: a UUID of version 7. Upper case is folded.' })
  .brand<'ConversationId'>();
export type ConversationId = z.infer<typeof ConversationId>;
export const MessageId = uuid
  .meta({ id: 'MessageId', description: 'Identifies a message: a UUID of version 7. Upper case is folded.' })
  .brand<'MessageId'>();
export type MessageId = z.infer<typeof MessageId>;
export const NoticeId = uuid
  .meta({ id: 'NoticeId', description: 'Identifies a notice: a UUID of version 7. Upper case is folded.' })
  .brand<'NoticeId'>();
export type NoticeId = z.infer<typeof NoticeId>;
export const AuditEntryId = uuid
  .meta({ id: 'AuditEntryId', description: 'Identifies an entry of the audit log: a lower-case UUID of version 7.' })
  .brand<'AuditEntryId'>();
export type AuditEntryId = z.infer<typeof AuditEntryId>;
export const ClientId = uuid
  .meta({
    id: 'ClientId',
    description:
      'A UUID that the client generates, ideally of version 7. Upper case is folded. Sending again with the same `clientId` returns the first message, for as long as that message exists.',
  })
  .brand<'ClientId'>();
export type ClientId = z.infer<typeof ClientId>;

export const Timestamp = z.iso.datetime({ precision: 3 }).meta({ id: 'Timestamp', description: 'ISO 8601 in UTC with milliseconds.' });
export type Timestamp = z.infer<typeof Timestamp>;

/** A time that a client sends; parsed, it has the form of `Timestamp`. Postgres has no year 0, and text sorts by time up to 9999. */
export const TimestampInput = z.iso
  .datetime({ offset: true })
  .overwrite(toTimestamp)
  .refine((text) => /^(?!0000)\d{4}-/.test(text), 'must be in the years 1 to 9999')
  .meta({
    id: 'TimestampInput',
    description:
      'ISO 8601 with `Z` or an offset, with or without decimals of a second, in the years 1 to 9999. Decimals after the third are cut off.',
  });

/** Positions and revisions fit into a Postgres `integer`. */
const seqMax = 2_147_483_647;

export const Seq = z.int().min(1).max(seqMax).meta({
  id: 'Seq',
  description: 'The position of a message in its conversation: 1, 2, 3 and so on, without gaps.',
});
export const SeqCursor = z.int().min(0).max(seqMax).meta({
  id: 'SeqCursor',
  description: 'A position in a conversation; 0 is before the first message.',
});
export const Rev = z.int().min(0).max(seqMax).meta({
  id: 'Rev',
  description: 'The revision of a conversation: every change adds 1. A gap means that a change was missed; call `conversation.sync`.',
});
export const Epoch = z.string().min(1).max(64).meta({
  id: 'Epoch',
  description:
    'Identifies one lifetime of the conversation log. When it changes, earlier `rev` values are void: load the conversation afresh.',
});

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** `z.json()` would check the nested values too, but Zod does not compile recursive schemas. */
export const Metadata = z
  .preprocess(
    (value, ctx) => {
      // Checked before the record is parsed, because parsing silently drops `__proto__`.
      if (!isPlainJson(value, limits.metadataDepthMax))
        ctx.addIssue({ code: 'custom', message: 'is not JSON, is nested too deeply, or contains a forbidden key or text' });
      return value;
    },
    z
      .record(z.string(), z.unknown().meta({ description: 'Any JSON value.' }))
      .refine((value) => isWithinBytes(JSON.stringify(value), limits.metadataBytesMax), overSize(limits.metadataBytesMax, 'bytes')),
  )
  .meta({
    id: 'Metadata',
    description:
      "The application's own JSON, stored and returned unchanged: at most 4096 bytes of UTF-8 when serialized and 8 levels deep, without `__proto__`, `constructor` and `prototype` keys. A number that a 64-bit float cannot hold, such as an integer over 2^53, is refused: send it as a string.",
  });
export type Metadata = z.infer<typeof Metadata>;

/** The `limit` of a list, with its default in the documents. The server applies the default. */
export function pageLimit(description: string, byDefault: number = limits.pageSizeDefault) {
  return z.int().min(1).max(limits.pageSizeMax).optional().meta({ description, default: byDefault });
}

export const PageQuery = z
  .strictObject({
    limit: pageLimit('The number of items per page.'),
    cursor: z.string().min(1).max(512).optional().describe('The `nextCursor` of the previous page.'),
  })
  .meta({ id: 'PageQuery', description: 'Selects a page of a list.' });
export type PageQuery = z.infer<typeof PageQuery>;

/** One page of a list. Every list has this shape. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable().describe('Null on the last page.') });
}
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** What a command answers when success is all there is to say. */
export const Empty = z.strictObject({}).meta({ id: 'Empty', description: 'An object without fields.' });

/** The rule of a size limit: breaking it is `payload.tooLarge` with the limit, not `validation.failed`. */
export function overSize(limit: number, unit: 'bytes' | 'messages'): { message: string; params: { sizeLimit: number } } {
  return { message: `is over ${limit} ${unit}`, params: { sizeLimit: limit } };
}

/** Whether a text fits into so many bytes of UTF-8. A UTF-16 unit takes at most three, so most texts need not be encoded. */
function isWithinBytes(text: string, bytesMax: number): boolean {
  return text.length * 3 <= bytesMax || new TextEncoder().encode(text).byteLength <= bytesMax;
}

/** The text as `Timestamp` has it; unchanged if it is no time. */
function toTimestamp(text: string): string {
  const time = Date.parse(text);
  return Number.isNaN(time) ? text : new Date(time).toISOString();
}

function isPlainJson(value: unknown, depthLeft: number): boolean {
  if (typeof value === 'string') return isStorableText(value);
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return true;
  if (!isListOrRecord(value) || depthLeft === 0) return false;
  return Object.entries(value).every(([key, child]) => !forbiddenKeys.has(key) && isStorableText(key) && isPlainJson(child, depthLeft - 1));
}

/** True for arrays and plain objects; false for dates, buffers and anything else without a JSON form. */
function isListOrRecord(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
