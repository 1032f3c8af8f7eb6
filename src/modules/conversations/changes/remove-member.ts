import { Injectable } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Access } from '../access.js';
import { endMembership, refuseDirect } from './end-membership.js';
import { memberLeft } from './member-left.js';
import { RunChange } from './run-change.js';

/** Removes a member: moderators, admins and owners may remove members below them. Open sockets lose access at once. */
@Injectable()
export class RemoveMember {
  constructor(
    private readonly access: Access,
    private readonly runChange: RunChange,
  ) {}

  /** Throws `conversation.notFound`, `member.notFound` and `forbidden`, also when actors name themselves: they leave instead. */
  async execute(actorId: UserId, conversationId: ConversationId, userId: UserId): Promise<void> {
    (await this.access.of(conversationId, actorId)).require('manageMembers');
    await this.runChange.execute(conversationId, async (state) => {
      const access = await state.accessOf(actorId);
      access.require('manageMembers');
      const target = await state.member(userId);
      if (target === undefined) throw new AppError('member.notFound');
      if (!access.hasPowerOver(target.role)) throw new AppError('forbidden', { detail: 'the member is not below your own role' });
      refuseDirect(state.conversation.type);
      const changes = await endMembership(state, actorId, target, memberLeft(actorId, userId, 'removed'));
      return { changes, answer: () => undefined };
    });
  }
}
