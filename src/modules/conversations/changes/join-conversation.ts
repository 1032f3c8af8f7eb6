import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { Conversation } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { InviteEntity } from '../infra/invite.entity.js';
import type { LockedState } from '../infra/locked-state.js';
import { FindConversations } from '../read/find-conversations.js';
import { type Joining, memberJoined } from './member-joined.js';
import { type Plan, RunChange } from './run-change.js';
import { WelcomeMembers } from './welcome-members.js';

/** Lets users join on their own: a public conversation, or any with an invite. A ban overrides both. */
@Injectable()
export class JoinConversation {
  constructor(
    @InjectRepository(InviteEntity) private readonly invites: Repository<InviteEntity>,
    private readonly runChange: RunChange,
    private readonly findConversations: FindConversations,
    private readonly welcomeMembers: WelcomeMembers,
  ) {}

  /** Throws `conversation.notFound` (private or unknown), `member.alreadyMember`, `forbidden` (banned). */
  async joinPublic(userId: UserId, conversationId: ConversationId): Promise<Conversation> {
    // Checked without the lock first, so that strangers cannot make a private conversation wait.
    await this.findConversations.getConversation(userId, conversationId);
    return this.runChange.execute(conversationId, async (state) => {
      await requireMayJoin(state, userId, { isOpen: state.conversation.visibility === 'public', otherwise: 'conversation.notFound' });
      return this.planJoining(state, { userId, role: 'member', actorId: userId });
    });
  }

  /** Throws `invite.notFound` (unknown, expired, used up), `member.alreadyMember`, `forbidden` (banned). */
  async acceptInvite(userId: UserId, inviteCode: string): Promise<Conversation> {
    const invite = await this.invites.findOneBy({ code: inviteCode });
    if (invite === null) throw new AppError('invite.notFound');
    return this.runChange.execute(invite.conversationId, async (state) => {
      await requireMayJoin(state, userId, { isOpen: await state.isInviteOpen(inviteCode), otherwise: 'invite.notFound' });
      return this.planJoining(state, { userId, role: 'member', actorId: userId, inviteCode });
    });
  }

  private planJoining(state: LockedState, joining: Joining): Plan<Conversation> {
    const { id } = state.conversation;
    return {
      changes: [memberJoined(state, joining)],
      answer: async () => {
        await this.welcomeMembers.welcomeJoined(id, [joining]);
        return this.findConversations.getConversation(joining.userId, id);
      },
    };
  }
}

async function requireMayJoin(
  state: LockedState,
  userId: UserId,
  { isOpen, otherwise }: { isOpen: boolean; otherwise: 'conversation.notFound' | 'invite.notFound' },
): Promise<void> {
  if ((await state.member(userId)) !== undefined) throw new AppError('member.alreadyMember');
  if (!isOpen) throw new AppError(otherwise);
  if ((await state.bannedAmong([userId])).has(userId)) throw new AppError('forbidden', { detail: 'you are banned from this conversation' });
}
