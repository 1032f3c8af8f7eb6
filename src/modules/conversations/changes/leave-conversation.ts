import { Injectable } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Access } from '../access.js';
import type { LockedState } from '../infra/locked-state.js';
import { presentMember } from '../read/conversation-row.js';
import { memberLeft } from './member-left.js';
import { memberUpdated } from './member-updated.js';
import { type Change, RunChange } from './run-change.js';

/** Lets a member leave. When the last owner leaves, the member of the highest role who joined first becomes the owner. */
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
      const { role } = await state.accessOf(userId);
      const succession = role === 'owner' && (await state.ownerCount()) === 1 ? await appointSuccessor(state, userId) : [];
      return { changes: [...succession, memberLeft(userId, userId, 'left')], answer: () => undefined };
    });
  }
}

async function appointSuccessor(state: LockedState, leaverId: UserId): Promise<Change[]> {
  const successor = await state.successorOf(leaverId);
  return successor === undefined ? [] : [memberUpdated(leaverId, { ...presentMember(successor), role: 'owner' })];
}
