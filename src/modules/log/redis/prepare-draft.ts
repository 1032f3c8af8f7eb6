import type { ConversationId } from '#contracts/primitives.js';
import type { ClientKey, Draft } from '../draft.js';
import { digestOf, hourOf, isRemembered, memoryHourOf, creationTimeOf } from './client-id-memory.js';
import { writeDraft } from './entry-codec.js';

/** A draft in the form that the commit script takes, prepared once per call and reused by its retries. */
export interface PreparedDraft {
  readonly conversationId: ConversationId;
  readonly takesSeq: boolean;
  readonly replyTo: number;
  /** Hash of the body in base64; empty without a client id. */
  readonly hash: string;
  /** Digest of the client id; empty without one. */
  readonly digest: string;
  /** Hour in which the client id was created; 0 if the id contains no time. */
  readonly hour: number;
  /** Whether the log remembers the id under that hour. */
  readonly isKept: boolean;
  /** A client id that the log may have forgotten, so that storage has to be read before the commit. */
  readonly unsure: ClientKey | undefined;
  /** The entry without its numbers. */
  readonly text: string;
}

/** Prepares a draft for the commit script. `since` (when the log last forgot ids) and `now` are milliseconds since 1970. */
export function prepareDraft(draft: Draft, since: number, now: number): PreparedDraft {
  const { conversationId, takesSeq, clientId, actorId } = draft;
  const hash = draft.bodyHash?.toString('base64') ?? '';
  const common = { conversationId, takesSeq, replyTo: draft.replyTo ?? 0, hash, text: writeDraft(draft, hash) };
  if (clientId === null) return { ...common, digest: '', hour: 0, isKept: false, unsure: undefined };
  const key = { conversationId, actorId, clientId };
  const madeAt = creationTimeOf(clientId);
  return {
    ...common,
    digest: digestOf(key),
    hour: madeAt === undefined ? 0 : hourOf(madeAt),
    isKept: memoryHourOf(madeAt, draft.at.getTime()) > 0,
    unsure: isRemembered(madeAt, since, now) ? undefined : key,
  };
}
