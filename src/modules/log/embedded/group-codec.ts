import { z } from 'zod';
import { ClientId, ConversationId, UserId } from '#contracts/primitives.js';
import type { LogEntry } from '../draft.js';

const EncodedEntry = z.tuple([
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

/** Encodes the entries of a group for the log table: one JSON text, each entry an array of its fields. */
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

/** Decodes what `writeGroup` encoded. Throws on anything else, because an unreadable entry must not lose its numbers to a new one. */
export function readGroup(text: string): LogEntry[] {
  return z
    .array(EncodedEntry)
    .parse(JSON.parse(text))
    .map(([conversationId, rev, seq, kind, actorId, clientId, hash, at, body]) => {
      const bodyHash = hash === null ? null : Buffer.from(hash, 'base64');
      return { conversationId, rev, seq, kind, actorId, clientId, bodyHash, at: new Date(at), body, isParked: false };
    });
}
