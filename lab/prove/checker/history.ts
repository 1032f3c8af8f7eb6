/** Times are milliseconds of one clock, that of the harness. Ids are plain text here: the checker trusts nobody's types. */

/** What a sender learned from one attempt. `unknown`: no answer, or one that says that it may have happened all the same. */
export type Outcome = 'acked' | 'refused' | 'unknown';

/** One call of a send and how it ended. */
export interface Attempt {
  /** The node that was asked. */
  readonly node: string;
  readonly via: 'rest' | 'socket';
  readonly askedAt: number;
  readonly endedAt: number;
  readonly outcome: Outcome;
  /** The error's code, or what broke, when it was not acknowledged. */
  readonly code?: string;
  /** What the acknowledgement named. */
  readonly seq?: number;
  readonly id?: string;
  /** REST only: the answer said that the message was there before. */
  readonly isReplay?: boolean;
}

/** One message somebody meant to send: repeated attempts carry the same client id and body. */
export interface SendOperation {
  /** Stands in the text, so that the message is known wherever it shows up, under whatever id. */
  readonly token: string;
  readonly conversationId: string;
  readonly senderId: string;
  readonly attempts: readonly Attempt[];
}

/** A message as a recipient was shown it or storage holds it. `token` is null when it is none of the workload's. */
export interface Sighting {
  readonly conversationId: string;
  readonly seq: number;
  readonly id: string;
  readonly token: string | null;
}

/** One member's view of one conversation: everything its client applied, in that order, events and catch-up alike. */
export interface RecipientHistory {
  readonly recipient: string;
  readonly conversationId: string;
  /** The lowest `seq` it may see. */
  readonly fromSeq: number;
  readonly shown: Iterable<Sighting>;
}

/** A cursor as one observer was told it, in the order of telling. */
export interface ReceiptSighting {
  readonly observer: string;
  readonly conversationId: string;
  readonly userId: string;
  readonly deliveredSeq: number;
  readonly readSeq: number;
}

/** Everything one scenario left behind. */
export interface Histories {
  readonly operations: readonly SendOperation[];
  readonly recipients: readonly RecipientHistory[];
  /** The rows of `messages`. */
  readonly stored: readonly Sighting[];
  /** What REST history pages answered, read by a member of each conversation. */
  readonly readBack: readonly Sighting[];
  readonly receipts: readonly ReceiptSighting[];
}

/** How an operation ended for its sender, all attempts together. */
export function outcomeOf(operation: SendOperation): Outcome {
  const outcomes = new Set(operation.attempts.map((attempt) => attempt.outcome));
  if (outcomes.has('acked')) return 'acked';
  return outcomes.has('refused') && !outcomes.has('unknown') ? 'refused' : 'unknown';
}
