import type { ConversationId, UserId } from '#contracts/primitives.js';
import { newId } from './ids.js';
import { memberKey, memberKeyColumns } from './member-key.js';

describe('member keys', () => {
  it('give the conversations and users back in their order', () => {
    const pairs = Array.from({ length: 3 }, () => ({ conversationId: newId<ConversationId>(), userId: newId<UserId>() }));
    const keys = pairs.map(({ conversationId, userId }) => memberKey(conversationId, userId));
    expect(memberKeyColumns(keys)).toEqual([pairs.map(({ conversationId }) => conversationId), pairs.map(({ userId }) => userId)]);
  });
});
