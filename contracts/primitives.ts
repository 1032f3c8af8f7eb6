import { z } from 'zod';
import { limits } from './limits.js';

/**
 * Text Postgres and every client can hold: well-formed UTF-16 and no NUL character.
 * (Postgres refuses U+0000 in text; a lone surrogate has no UTF-8 form.)
 */
export function isStorableText(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

/** A string of `min` to `max` UTF-16 units that can be stored byte for byte. */
export function storableText(min: number, max: number) {
  return z.string().min(min).max(max).refine(isStorableText, 'must be well-formed text without NUL');
}

const uuid = z.uuid().lowercase();

export const UserId = uuid.brand<'UserId'>();
export type UserId = z.infer<typeof UserId>;
export const SessionId = uuid.brand<'SessionId'>();
export type SessionId = z.infer<typeof SessionId>;
export const ConversationId = uuid.brand<'ConversationId'>();
export type ConversationId = z.infer<typeof ConversationId>;
export const MessageId = uuid.brand<'MessageId'>();
export type MessageId = z.infer<typeof MessageId>;
export const NoticeId = uuid.brand<'NoticeId'>();
export type NoticeId = z.infer<typeof NoticeId>;
/** A UUID made by the client (best a UUIDv7) that makes a send idempotent for the life of the message. */
export const ClientId = uuid.brand<'ClientId'>();
export type ClientId = z.infer<typeof ClientId>;

/** ISO 8601 UTC with milliseconds. */
export const Timestamp = z.iso.datetime({ precision: 3 });
export type Timestamp = z.infer<typeof Timestamp>;

/** Positions and revisions fit Postgres' `integer`. */
const seqMax = 2_147_483_647;

/** Position of a message in its conversation: 1, 2, 3 ... without holes. */
export const Seq = z.int().min(1).max(seqMax);
/** Revision of a change in its conversation: 1, 2, 3 ... */
export const Rev = z.int().min(0).max(seqMax);
/** A cursor over `seq`: 0 stands before the first message. */
export const SeqCursor = z.int().min(0).max(seqMax);

/** A life of the conversation log; a client that brings another one loads afresh. */
export const Epoch = z.string().min(1).max(64);

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Free JSON of the caller: at most 4 KiB as JSON, 8 levels deep, no prototype keys. Stored and returned as sent. The first check
 * looks at everything inside; `z.json()` would too, but is recursive, and Zod compiles no schema with such a part.
 */
export const Metadata = z.preprocess(
  (value, ctx) => {
    // Before the record is parsed: parsing leaves `__proto__` out without a word.
    if (!isPlainJson(value, limits.metadataDepthMax))
      ctx.addIssue({ code: 'custom', message: 'is no JSON, too deep, or holds a forbidden key or text' });
    return value;
  },
  z
    .record(z.string(), z.unknown().meta({ description: 'Any JSON value.' }))
    .refine((value) => JSON.stringify(value).length <= limits.metadataBytesMax, `is over ${limits.metadataBytesMax} bytes`),
);
export type Metadata = z.infer<typeof Metadata>;

/** `limit` and opaque `cursor` of every list. */
export const PageQuery = z.strictObject({
  limit: z.int().min(1).max(limits.pageSizeMax).optional(),
  cursor: z.string().min(1).max(512).optional(),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** The one shape of a list: `nextCursor` is null on the last page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

function isPlainJson(value: unknown, depthLeft: number): boolean {
  if (typeof value === 'string') return isStorableText(value);
  if (value === null || typeof value === 'boolean' || Number.isFinite(value)) return true;
  if (!isListOrRecord(value) || depthLeft === 0) return false;
  return Object.entries(value).every(([key, child]) => !forbiddenKeys.has(key) && isStorableText(key) && isPlainJson(child, depthLeft - 1));
}

/** Not a date, a buffer or what else JSON has no form for. */
function isListOrRecord(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}
