/** Receives the acks and messages of a connection. It is called for every frame, so it must be cheap. */
export interface Listener {
  /** `answer` decodes the ack, which is expensive. */
  onAck(slot: number, isOk: boolean, answer: () => string): void;
  onMessage(): void;
}

/** The listener of a connection without load. */
export const noListener: Listener = { onAck: () => undefined, onMessage: () => undefined };

/** A message that is built once; each `send` puts a new message on the wire. Must not be called before the last ack. */
export interface PreparedSend {
  send(): void;
}

/** A connected user under load, independent of the protocol. */
export interface LoadConnection {
  listener: Listener;
  /** Called once if the connection ends without `close`. */
  onEnd: (reason: string) => void;
  readonly bytesRead: number;
  /** Prepares a send whose acks are reported with `slot`. A connection has one slot for each send in flight. */
  prepare(conversationId: string, slot: number): PreparedSend;
  /** Closes the connection at once. */
  close(): void;
}
