import { z } from 'zod';
import { ClientId, type ConversationId, UserId } from '#contracts/primitives.js';
import type { Draft, LogEntry } from '../draft.js';

const encodedEntry = z.compile(z.tuple([z.string(), ClientId.nullable(), z.string().nullable(), z.int(), z.unknown()]));

/** Encodes a draft for the log, without the numbers that the commit puts in front. `hash` is the body hash in base64, or empty. */
export function writeDraft({ actorId, kind, clientId, at, body }: Draft, hash: string): string {
  return `${actorId} ${JSON.stringify([kind, clientId, hash === '' ? null : hash, at.getTime(), body])}`;
}

/** Puts the numbers in front of an encoded draft, exactly as the commit script does. */
export function numberDraft(text: string, takesSeq: boolean, rev: number, newestSeq: number): string {
  return `${rev} ${newestSeq} ${takesSeq ? 1 : 0} ${text}`;
}

/** Decodes an entry. Throws on any other text. */
export function readEntry(conversationId: ConversationId, text: string, epoch: string): LogEntry {
  const match = /^(\d+) (\d+) ([01]) (\S+) (.*)$/s.exec(text);
  if (match === null) throw new Error('the log holds an entry in an unknown format');
  const [, rev, seq, takesSeq, actor, json = ''] = match;
  const [kind, clientId, hash, at, body] = encodedEntry.parse(JSON.parse(json));
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

/** Decodes a parked entry, which follows a line with the reason. */
export function readParked(conversationId: ConversationId, text: string, epoch: string): LogEntry {
  return { ...readEntry(conversationId, text.slice(text.indexOf('\n') + 1), epoch), isParked: true };
}
