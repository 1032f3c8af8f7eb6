import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { Conversation } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { InviteEntity } from '../infra/invite.entity.js';
import type { LockedState } from '../infra/locked-state.js';
import { FindConversations } from '../read/find-conversations.js';
import { joined, type Joining, newcomer } from './joined.js';
import { type Plan, RunChange } from './run-change.js';
import { WelcomeMembers } from './welcome-members.js';

/** People who come in by themselves: into a public conversation, or with an invite. A ban is stronger than both. */
@Injectable()
export class JoinConversation {
  constructor(
    @InjectRepository(InviteEntity) private readonly invites: Repository<InviteEntity>,
    private readonly runChange: RunChange,
    private readonly find: FindConversations,
    private readonly welcomeMembers: WelcomeMembers,
  ) {}

  /** Throws `conversation.notFound` (private, unknown), `member.alreadyMember`, `forbidden` (banned). */
  async join(userId: UserId, conversationId: ConversationId): Promise<Conversation> {
    // Without a lock first: strangers must not make a private conversation wait.
    await this.find.get(conversationId, userId);
    return this.runChange.run(conversationId, async (state) => {
      await this.requireWelcome(state, userId, 'conversation.notFound', state.conversation.visibility === 'public');
      return this.planOf(state, { userId, role: 'member', actorId: userId });
    });
  }

  /** Throws `invite.notFound` (unknown, past its time, used up), `member.alreadyMember`, `forbidden` (banned). */
  async accept(userId: UserId, inviteCode: string): Promise<Conversation> {
    const invite = await this.invites.findOneBy({ code: inviteCode });
    if (invite === null) throw new AppError('invite.notFound');
    return this.runChange.run(invite.conversationId, async (state) => {
      await this.requireWelcome(state, userId, 'invite.notFound', await state.isInviteOpen(inviteCode));
      return this.planOf(state, { userId, role: 'member', actorId: userId, inviteCode });
    });
  }

  private async requireWelcome(
    state: LockedState,
    userId: UserId,
    absent: 'conversation.notFound' | 'invite.notFound',
    isOpen: boolean,
  ): Promise<void> {
    if (await state.member(userId)) throw new AppError('member.alreadyMember');
    if (!isOpen) throw new AppError(absent);
    if ((await state.bannedAmong([userId])).has(userId))
      throw new AppError('forbidden', { detail: 'you are banned from this conversation' });
  }

  private planOf(state: LockedState, joining: Joining): Plan<Conversation> {
    const { id } = state.conversation;
    return {
      changes: [joined(state, joining)],
      answer: async () => {
        await this.welcomeMembers.welcome(id, [newcomer(state, joining)]);
        return this.find.get(id, joining.userId);
      },
    };
  }
}
