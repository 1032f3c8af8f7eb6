import type { Message } from '#contracts/messages/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';

/** Which changes of a conversation to list. */
export interface ChangedRange {
  /** Changes above this `rev`: the last one that the viewer knows. */
  readonly afterRev: number;
  readonly limit: number;
  /** The lowest `seq` that the viewer may see. */
  readonly visibleFromSeq: number;
}

/** Messages as one viewer sees them, including committed ones that are not yet persisted. Does not check access: its callers do. */
export abstract class MessageReader {
  /** One message. Throws `message.notFound`. */
  abstract getMessage(viewerId: UserId, conversationId: ConversationId, seq: number): Promise<Message>;

  /**
   * Messages that changed above a `rev`, in their current state, by ascending `rev`. A message that the viewer has hidden has the `rev` of
   * the viewer's own change.
   */
  abstract listChanged(viewerId: UserId, conversationId: ConversationId, range: ChangedRange): Promise<Message[]>;
}
