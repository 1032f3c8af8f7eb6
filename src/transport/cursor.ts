import type { z } from 'zod';
import { AppError } from '#platform/errors/app-error.js';

/** Encodes the position after a page as the opaque `nextCursor` of a list. */
export function encodeCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/**
 * Decodes a cursor of this server; undefined without one. Throws `validation.failed` for anything else. What a position names may be gone,
 * or never have been: a schema that also bounds numbers, times and texts as Postgres does keeps a forged cursor from failing a query.
 */
export function decodeCursor<S extends z.ZodType>(schema: S, cursor: string | undefined): z.output<S> | undefined {
  if (cursor === undefined) return undefined;
  const result = schema.safeParse(parsePosition(Buffer.from(cursor, 'base64url').toString('utf8')));
  if (!result.success) throw new AppError('validation.failed', { errors: [{ path: 'cursor', message: 'is not a cursor of this list' }] });
  return result.data;
}

function parsePosition(text: string): unknown {
  // JSON escapes NUL and lone surrogates, which no position contains and Postgres does not take.
  if (text.includes('\\u')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
