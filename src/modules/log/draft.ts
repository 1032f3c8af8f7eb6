import type { ClientId, ConversationId, UserId } from '#contracts/primitives.js';

/** A change someone wants to make, before the log has given it its numbers. */
export interface Draft<B extends object = object> {
  readonly conversationId: ConversationId;
  /** What kind of change, in the words of the module that applies it: `message.created`, `member.joined` ... */
  readonly kind: string;
  /** Who does it: the sender of a message. */
  readonly actorId: UserId;
  /** True for messages: the entry takes the next `seq` beside its `rev`. */
  readonly takesSeq: boolean;
  /** With a client id the draft is a replay when the log or storage knows the id; null for changes that are not sent by clients as such. */
  readonly clientId: ClientId | null;
  /** 16 bytes that tell the same body from another one; needed with a client id. */
  readonly bodyHash: Buffer | null;
  /** A `seq` that must exist at the moment of the commit. */
  readonly replyTo: number | null;
  readonly at: Date;
  /** Plain JSON: everything an applier needs. */
  readonly body: B;
}

/** What a change says of itself; see `Draft`. */
export type Change = Pick<Draft, 'conversationId' | 'kind' | 'actorId' | 'at' | 'body'>;

/** The draft of a change that is not a message: it takes no `seq`, and no client names it. */
export function changeDraft({ conversationId, kind, actorId, at, body }: Change): Draft {
  return { conversationId, kind, actorId, takesSeq: false, clientId: null, bodyHash: null, replyTo: null, at, body };
}

/** A draft with the numbers it got. `replayed`: it was committed before, these are its first numbers, nothing was added. */
export interface Committed<B extends object = object> {
  readonly draft: Draft<B>;
  /** Null for changes that take none. */
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
  /** Whether it was set aside when it was read. */
  readonly isParked: boolean;
  /** The epoch in which it was read; absent where the log never begins another one. */
  readonly epoch?: string;
}

/** The newest numbers of a conversation: both 0 or more, `rev` never behind `seq`. */
export interface Head {
  readonly seq: number;
  readonly rev: number;
}
