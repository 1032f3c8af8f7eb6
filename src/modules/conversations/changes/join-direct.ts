import { Injectable } from '@nestjs/common';
import type { Role } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Access } from '../access.js';
import { roleOnReturn } from '../domain/member-rules.js';
import { removeAddition } from '../infra/additions.js';
import type { LockedState } from '../infra/locked-state.js';
import { memberJoined } from './member-joined.js';
import { type Plan, RunChange } from './run-change.js';
import { WelcomeMembers } from './welcome-members.js';

/** Makes the second user of a direct conversation, who was asked before, a member: from then on both can post. */
@Injectable()
export class JoinDirect {
  constructor(
    private readonly access: Access,
    private readonly runChange: RunChange,
    private readonly welcomeMembers: WelcomeMembers,
  ) {}

  /** Does nothing for a member. Throws `conversation.notFound`. */
  async execute(userId: UserId, conversationId: ConversationId, actorId: UserId): Promise<void> {
    await this.runChange.execute(conversationId, async (state) => {
      if ((await state.member(userId)) !== undefined) return { changes: [], answer: () => undefined };
      if (actorId === userId) await removeAddition(state, userId, conversationId);
      return this.planJoining(state, { userId, role: 'member', actorId });
    });
  }

  /** The plan of the joining, which also drops what the nodes know about the peer: that the peer cannot post yet. */
  async planJoining(
    state: LockedState,
    { userId, role: offered, actorId }: { userId: UserId; role: Role; actorId: UserId },
  ): Promise<Plan<void>> {
    const { id, type } = state.conversation;
    const peers = type === 'direct' ? await state.memberIds() : [];
    const former = (await state.formerMembers([userId])).get(userId);
    const joining = { userId, role: roleOnReturn(former?.role, offered, { isDeliberate: false }), actorId, former };
    return {
      changes: [memberJoined(state, joining)],
      answer: async () => {
        if (type === 'direct') this.access.publishChange({ conversationId: id, userIds: [userId, ...peers], settings: true });
        await this.welcomeMembers.welcomeJoined(id, [joining]);
      },
    };
  }
}
