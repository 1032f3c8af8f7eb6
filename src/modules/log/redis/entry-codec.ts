import { z } from 'zod';
import { ClientId, type ConversationId, UserId } from '#contracts/primitives.js';
import type { Draft, LogEntry } from '../draft.js';

const written = z.compile(z.tuple([z.string(), ClientId.nullable(), z.string().nullable(), z.int(), z.unknown()]));

/** A draft as the log holds it, without the numbers that the commit writes in front of it. `hash` is the body's in base64, or empty. */
export function writeDraft({ actorId, kind, clientId, at, body }: Draft, hash: string): string {
  return `${actorId} ${JSON.stringify([kind, clientId, hash === '' ? null : hash, at.getTime(), body])}`;
}

/** What a committed draft became in the log: its numbers in front of its text, as the commit script writes them. */
export function numberDraft(text: string, takesSeq: boolean, rev: number, newestSeq: number): string {
  return `${rev} ${newestSeq} ${takesSeq ? 1 : 0} ${text}`;
}

/** Reads an entry. Throws on anything that was not written so. */
export function readEntry(conversationId: ConversationId, text: string, epoch: string): LogEntry {
  const match = /^(\d+) (\d+) ([01]) (\S+) (.*)$/s.exec(text);
  if (match === null) throw new Error('the log holds an entry that nobody can read');
  const [, rev, seq, takesSeq, actor, json = ''] = match;
  const [kind, clientId, hash, at, body] = written.parse(JSON.parse(json));
  return {
    conversationId,
    rev: Number(rev),
    seq: takesSeq === '1' ? Number(seq) : null,
    kind,
    actorId: UserId.parse(actor),
    clientId,
    bodyHash: hash === null ? null : Buffer.from(hash, 'base64'),
    at: new Date(at),
    body,
    isParked: false,
    epoch,
  };
}

/** Reads a parked entry: its reason stands in the line before it. */
export function readParked(conversationId: ConversationId, text: string, epoch: string): LogEntry {
  return { ...readEntry(conversationId, text.slice(text.indexOf('\n') + 1), epoch), isParked: true };
}
