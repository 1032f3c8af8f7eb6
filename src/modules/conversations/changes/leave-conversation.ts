import { Injectable } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Access } from '../access.js';
import { endMembership } from './end-membership.js';
import { memberLeft } from './member-left.js';
import { RunChange } from './run-change.js';

/**
 * Lets a member leave. When the last owner leaves, the member of the highest role who joined first becomes the owner. When the last member
 * leaves, the conversation is deleted.
 */
@Injectable()
export class LeaveConversation {
  constructor(
    private readonly access: Access,
    private readonly runChange: RunChange,
  ) {}

  /** Throws `conversation.notFound`, and `forbidden` for a direct conversation. */
  async execute(userId: UserId, conversationId: ConversationId): Promise<void> {
    const { conversation } = await this.access.of(conversationId, userId);
    if (conversation.type === 'direct') throw new AppError('forbidden', { detail: 'a direct conversation cannot be left' });
    await this.runChange.execute(conversationId, async (state) => {
      const member = await state.member(userId);
      if (member === undefined) throw new AppError('conversation.notFound');
      const changes = await endMembership(state, userId, member, memberLeft(userId, userId, 'left'));
      return { changes, answer: () => undefined };
    });
  }
}
