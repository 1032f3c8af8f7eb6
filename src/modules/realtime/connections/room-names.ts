import type { ConversationId, SessionId, UserId } from '#contracts/primitives.js';

/** The names of Socket.IO rooms by what they stand for. */
export const roomOf = {
  conversation: (id: ConversationId): string => `conversation:${id}`,
  user: (id: UserId): string => `user:${id}`,
  session: (id: SessionId): string => `session:${id}`,
  /** The sockets that watch the user's presence. */
  presence: (id: UserId): string => `presence:${id}`,
};

const conversationPrefix = 'conversation:';

/** The conversation of a room, or undefined for a room that stands for something else. */
export function conversationOf(room: string): ConversationId | undefined {
  // Cast: `roomOf.conversation` made the name.
  return room.startsWith(conversationPrefix) ? (room.slice(conversationPrefix.length) as ConversationId) : undefined;
}
