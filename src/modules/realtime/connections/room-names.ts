import type { ConversationId, SessionId, UserId } from '#contracts/primitives.js';

/** The names of Socket.IO rooms by what they stand for. */
export const roomOf = {
  conversation: (id: ConversationId): string => `conversation:${id}`,
  user: (id: UserId): string => `user:${id}`,
  session: (id: SessionId): string => `session:${id}`,
  /** The sockets that watch the user's presence. */
  presence: (id: UserId): string => `presence:${id}`,
};
