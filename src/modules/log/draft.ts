import type { ClientId, ConversationId, UserId } from '#contracts/primitives.js';

/** A change that is requested, before the log has given it its numbers. */
export interface Draft<B extends object = object> {
  readonly conversationId: ConversationId;
  /** The kind of change, as its module names it: `message.created`, `member.joined` ... */
  readonly kind: string;
  /** The user who makes the change: the sender of a message. */
  readonly actorId: UserId;
  /** True for messages: the entry takes the next `seq` beside its `rev`. */
  readonly takesSeq: boolean;
  /** The draft is a replay if the log or storage knows this id; null for changes without an id of the client. */
  readonly clientId: ClientId | null;
  /** 16 bytes that distinguish the same body from a different one; required with a client id. */
  readonly bodyHash: Buffer | null;
  /** A `seq` that must exist at the moment of the commit. */
  readonly replyTo: number | null;
  readonly at: Date;
  /** Plain JSON: everything an applier needs. */
  readonly body: B;
}

/** The fields of a draft that every change has; see `Draft`. */
export type Change = Pick<Draft, 'conversationId' | 'kind' | 'actorId' | 'at' | 'body'>;

/** The draft of a change that is not a message: it takes no `seq` and has no client id. */
export function changeDraft({ conversationId, kind, actorId, at, body }: Change): Draft {
  return { conversationId, kind, actorId, takesSeq: false, clientId: null, bodyHash: null, replyTo: null, at, body };
}

/** A draft with its numbers. If `replayed`, it had been committed before: these are its first numbers, and nothing was added. */
export interface Committed<B extends object = object> {
  readonly draft: Draft<B>;
  /** Null for changes that take no `seq`. */
  readonly seq: number | null;
  readonly rev: number;
  readonly epoch: string;
  readonly replayed: boolean;
}

/** An entry as the log keeps it until it is persisted. `body` is unparsed JSON: the reader knows its schema by `kind`. */
export interface LogEntry {
  readonly conversationId: ConversationId;
  readonly rev: number;
  readonly seq: number | null;
  readonly kind: string;
  readonly actorId: UserId;
  readonly clientId: ClientId | null;
  readonly bodyHash: Buffer | null;
  readonly at: Date;
  readonly body: unknown;
  /** Whether the entry was parked when it was read. */
  readonly isParked: boolean;
  /** The epoch in which the entry was read; absent where the log never begins another epoch. */
  readonly epoch?: string;
}

/** Whose client id, and where. */
export interface ClientKey {
  readonly conversationId: ConversationId;
  readonly actorId: UserId;
  readonly clientId: ClientId;
}

/** A message that was committed under a client id. */
export interface KnownMessage {
  readonly seq: number | null;
  readonly rev: number;
  readonly bodyHash: Buffer | null;
}

/** The newest numbers of a conversation: both 0 or more, and `rev` at least `seq`. */
export interface Head {
  readonly seq: number;
  readonly rev: number;
}
