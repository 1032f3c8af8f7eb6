import type { Message } from '#contracts/messages/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';

/** The newest message of conversations as one viewer may see it. The token is provided by the messages module, which conversations must not import. */
export abstract class LastMessageSource {
  /** Leaves out conversations without a message that the viewer may see. */
  abstract findNewest(viewerId: UserId, conversationIds: readonly ConversationId[]): Promise<Map<ConversationId, Message>>;
}
