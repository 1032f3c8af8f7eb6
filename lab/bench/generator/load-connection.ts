/** What a load hears of a connection; called for every frame, so it does little. */
export interface Listener {
  /** `answer` makes a string of the ack, for those that are looked at. */
  onAck(slot: number, isOk: boolean, answer: () => string): void;
  onMessage(): void;
}

/** For a connection that nobody listens to yet. */
export const deaf: Listener = { onAck: () => undefined, onMessage: () => undefined };

/** A message that is made once; each `send` is another message on the wire. Not before the ack of the last one is there. */
export interface PreparedSend {
  send(): void;
}

/** A connected user as a load sees it, whatever protocol is spoken. */
export interface LoadConnection {
  listener: Listener;
  /** Called once when the connection ends without `close`. */
  onEnd: (reason: string) => void;
  readonly bytesRead: number;
  /** `slot` is what the ack is told with: a connection prepares one send for each that may wait at once. */
  prepare(conversationId: string, slot: number): PreparedSend;
  /** Ends it at once. */
  close(): void;
}
