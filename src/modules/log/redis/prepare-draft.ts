import type { ConversationId } from '#contracts/primitives.js';
import type { Draft } from '../draft.js';
import { type ClientKey, digestOf, hourOf, isRemembered, memoryHourOf, timeOf } from './client-id-memory.js';
import { writeDraft } from './entry-codec.js';

/** A draft as the commit script takes it. Made once for a call, however often that is repeated. */
export interface PreparedDraft {
  readonly conversationId: ConversationId;
  readonly takesSeq: boolean;
  readonly replyTo: number;
  /** Of the body; empty without a client id. */
  readonly hash: string;
  /** Of the client id; empty without one. */
  readonly digest: string;
  /** In which the client id was made; 0 where it does not say. */
  readonly hour: number;
  /** Whether the id is remembered with that hour. */
  readonly isKept: boolean;
  /** What storage has to be asked about before the commit: an id that the log may have forgotten. */
  readonly unsure: ClientKey | undefined;
  /** The entry without its numbers. */
  readonly text: string;
}

/** `since`: when the log last forgot something, and `now`; milliseconds since 1970. */
export function prepareDraft(draft: Draft, since: number, now: number): PreparedDraft {
  const { conversationId, takesSeq, clientId, actorId } = draft;
  const hash = draft.bodyHash?.toString('base64') ?? '';
  const common = { conversationId, takesSeq, replyTo: draft.replyTo ?? 0, hash, text: writeDraft(draft, hash) };
  if (clientId === null) return { ...common, digest: '', hour: 0, isKept: false, unsure: undefined };
  const key = { conversationId, actorId, clientId };
  const madeAt = timeOf(clientId);
  return {
    ...common,
    digest: digestOf(key),
    hour: madeAt === undefined ? 0 : hourOf(madeAt),
    isKept: memoryHourOf(madeAt, draft.at.getTime()) > 0,
    unsure: isRemembered(madeAt, since, now) ? undefined : key,
  };
}
