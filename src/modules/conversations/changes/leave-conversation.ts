import { Injectable } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Access } from '../access.js';
import type { LockedState } from '../infra/locked-state.js';
import { presentMember } from '../read/conversation-row.js';
import type { Change } from './change.js';
import { RunChange } from './run-change.js';

/** Members who go by themselves. When the last owner goes, whoever is highest and longest in becomes the owner. */
@Injectable()
export class LeaveConversation {
  constructor(
    private readonly access: Access,
    private readonly runChange: RunChange,
  ) {}

  /** Throws `conversation.notFound`, and `forbidden` for a direct conversation. */
  async leave(userId: UserId, conversationId: ConversationId): Promise<void> {
    const { conversation } = await this.access.of(conversationId, userId);
    if (conversation.type === 'direct') throw new AppError('forbidden', { detail: 'a direct conversation cannot be left' });
    await this.runChange.run(conversationId, async (state) => {
      const { role } = await state.accessOf(userId);
      const left: Change = { kind: 'member.left', actorId: userId, body: { userId, reason: 'left', bannedBy: null } };
      const succession = role === 'owner' && (await state.ownerCount()) === 1 ? await this.succession(state, userId) : [];
      return { changes: [...succession, left], answer: () => undefined };
    });
  }

  private async succession(state: LockedState, leaverId: UserId): Promise<Change[]> {
    const heir = await state.successorOf(leaverId);
    if (!heir) return [];
    const member = { ...presentMember(heir), role: 'owner' as const };
    return [{ kind: 'member.updated', actorId: leaverId, body: { userId: heir.user_id, role: 'owner' }, member }];
  }
}
