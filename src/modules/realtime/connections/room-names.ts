import type { ConversationId, SessionId, UserId } from '#contracts/primitives.js';

/** The rooms of Socket.IO by what they stand for. */
export const roomOf = {
  conversation: (id: ConversationId): string => `conversation:${id}`,
  user: (id: UserId): string => `user:${id}`,
  session: (id: SessionId): string => `session:${id}`,
  /** Those who watch the user's presence. */
  presence: (id: UserId): string => `presence:${id}`,
};
