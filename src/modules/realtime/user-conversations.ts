import type { EventPayload } from '#contracts/events.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';

/** Each conversation's newest numbers, as `session.ready` carries them. */
export type ReadyConversations = EventPayload<'session.ready'>['conversations'];

/** The conversations of a user, and where their view begins. */
export interface ListenedConversations {
  readonly ids: readonly ConversationId[];
  /** The lowest `seq` that the user may see, for those of the conversations of which they may not see everything. */
  readonly visibleFromSeqs: ReadonlyMap<ConversationId, number>;
}

/** Says which conversations a connection listens to. Provided by the module that owns memberships. */
export abstract class UserConversations {
  /** The conversations that the user is a member of now. Called again for the same connection when memberships change meanwhile. */
  abstract listConversations(userId: UserId): Promise<ListenedConversations>;

  /**
   * The newest numbers of these conversations. Called after their rooms are joined, so that the numbers are never older than the
   * subscription and a client that has them misses nothing.
   */
  abstract readHeads(conversationIds: readonly ConversationId[]): Promise<ReadyConversations>;
}
