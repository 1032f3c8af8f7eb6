import { z } from 'zod';
import { ClientId, ConversationId, UserId } from '#contracts/primitives.js';
import type { LogEntry } from '../draft.js';

const Written = z.tuple([
  ConversationId,
  z.int(),
  z.int().nullable(),
  z.string(),
  UserId,
  ClientId.nullable(),
  z.string().nullable(),
  z.int(),
  z.unknown(),
]);

/** Entries as the log table holds them: one JSON text for a whole group, fields by place. */
export function writeGroup(entries: readonly LogEntry[]): string {
  return JSON.stringify(
    entries.map(({ conversationId, rev, seq, kind, actorId, clientId, bodyHash, at, body }) => [
      conversationId,
      rev,
      seq,
      kind,
      actorId,
      clientId,
      bodyHash?.toString('base64') ?? null,
      at.getTime(),
      body,
    ]),
  );
}

/** Reads what `writeGroup` wrote. Throws on anything else: a log that cannot be read must not be numbered over. */
export function readGroup(text: string): LogEntry[] {
  return z
    .array(Written)
    .parse(JSON.parse(text))
    .map(([conversationId, rev, seq, kind, actorId, clientId, hash, at, body]) => {
      const bodyHash = hash === null ? null : Buffer.from(hash, 'base64');
      return { conversationId, rev, seq, kind, actorId, clientId, bodyHash, at: new Date(at), body, isParked: false };
    });
}
