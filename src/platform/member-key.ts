import type { ConversationId, UserId } from '#contracts/primitives.js';

/** A user in a conversation, as the key of a map or of `BatchedReads`. */
export function memberKey(conversationId: ConversationId, userId: UserId): string {
  return `${conversationId} ${userId}`;
}

/** Member keys as two columns for `unnest` in SQL: the conversations, and the users at the same positions. */
export function memberKeyColumns(keys: readonly string[]): [conversationIds: string[], userIds: string[]] {
  const conversationIds: string[] = [];
  const userIds: string[] = [];
  for (const key of keys) {
    const [conversationId = '', userId = ''] = key.split(' ');
    conversationIds.push(conversationId);
    userIds.push(userId);
  }
  return [conversationIds, userIds];
}
