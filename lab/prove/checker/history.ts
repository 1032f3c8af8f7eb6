// All times are milliseconds on the clock of the harness. Ids are plain strings, because the checker must not trust the contract's types.

/** What a sender learned from one attempt. `unknown`: no answer, or an error that leaves open whether the send took effect. */
export type Outcome = 'acked' | 'refused' | 'unknown';

/** One call of a send and how it ended. */
export interface Attempt {
  /** The node that was called. */
  readonly node: string;
  readonly via: 'rest' | 'socket';
  readonly askedAt: number;
  readonly endedAt: number;
  readonly outcome: Outcome;
  /** The error code or the broken connection's error, if the attempt was not acknowledged. */
  readonly code?: string;
  /** From the ack. */
  readonly seq?: number;
  readonly id?: string;
  /** REST only: whether the response said that the message already existed. */
  readonly isReplay?: boolean;
}

/** One message to be sent. Repeated attempts carry the same client id and body. */
export interface SendOperation {
  /** Part of the text, so that the message is recognised wherever it appears and under any id. */
  readonly token: string;
  readonly conversationId: string;
  readonly senderId: string;
  readonly attempts: readonly Attempt[];
}

/** A message as shown to a recipient or held by storage. `token` is null for messages from outside the workload. */
export interface Sighting {
  readonly conversationId: string;
  readonly seq: number;
  readonly id: string;
  readonly token: string | null;
}

/** One member's view of one conversation: everything that its client applied, from events and catch-ups, in order. */
export interface RecipientHistory {
  readonly recipient: string;
  readonly conversationId: string;
  /** The lowest `seq` that the member may see. */
  readonly fromSeq: number;
  readonly shown: Iterable<Sighting>;
}

/** A cursor as one observer received it. Sightings are in the order of arrival. */
export interface ReceiptSighting {
  readonly observer: string;
  readonly conversationId: string;
  readonly userId: string;
  readonly deliveredSeq: number;
  readonly readSeq: number;
}

/** Everything that the checker compares after a scenario. */
export interface Histories {
  readonly operations: readonly SendOperation[];
  readonly recipients: readonly RecipientHistory[];
  /** The messages in storage. */
  readonly stored: readonly Sighting[];
  /** The messages in REST history, read by one member of each conversation. */
  readonly readBack: readonly Sighting[];
  readonly receipts: readonly ReceiptSighting[];
}

/** How an operation ended for its sender after all attempts. */
export function outcomeOf(operation: SendOperation): Outcome {
  const outcomes = new Set(operation.attempts.map((attempt) => attempt.outcome));
  if (outcomes.has('acked')) return 'acked';
  return outcomes.has('refused') && !outcomes.has('unknown') ? 'refused' : 'unknown';
}
