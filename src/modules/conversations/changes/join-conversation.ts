import { Injectable } from '@nestjs/common';
import type { Conversation } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { roleOnReturn } from '../domain/member-rules.js';
import type { LockedState } from '../infra/locked-state.js';
import type { BanRow } from '../read/ban-row.js';
import { InviteReader } from '../read/invite.reader.js';
import { FindConversations } from '../read/find-conversations.js';
import { type Joining, memberJoined } from './member-joined.js';
import { type Plan, RunChange } from './run-change.js';
import { WelcomeMembers } from './welcome-members.js';

/** Lets users join on their own: a public conversation, or any with an invite. A ban overrides both. */
@Injectable()
export class JoinConversation {
  constructor(
    private readonly runChange: RunChange,
    private readonly findConversations: FindConversations,
    private readonly welcomeMembers: WelcomeMembers,
    private readonly invites: InviteReader,
  ) {}

  /** Throws `conversation.notFound` (private or unknown), `member.alreadyMember`, `forbidden` (banned). */
  async joinPublic(userId: UserId, conversationId: ConversationId): Promise<Conversation> {
    // Checked without the lock first, so that strangers cannot make a private conversation wait.
    await this.findConversations.getConversation(userId, conversationId);
    return this.runChange.execute(conversationId, async (state) => {
      await requireMayJoin(state, userId, { isOpen: state.conversation.visibility === 'public', otherwise: 'conversation.notFound' });
      return this.planJoining(state, await joiningOf(state, userId));
    });
  }

  /**
   * Throws `invite.notFound` (unknown, expired, used up, revoked, or its creator may not invite any more), `member.alreadyMember`, and
   * `forbidden` (banned).
   */
  async acceptInvite(userId: UserId, inviteCode: string): Promise<Conversation> {
    const conversationId = await this.invites.findConversationId(inviteCode);
    if (conversationId === undefined) throw new AppError('invite.notFound');
    const joining = this.runChange.execute(conversationId, async (state) => {
      await requireMayJoin(state, userId, { isOpen: await state.isInviteOpen(inviteCode), otherwise: 'invite.notFound' });
      return this.planJoining(state, { ...(await joiningOf(state, userId)), inviteCode });
    });
    return joining.catch((error: unknown) => {
      // The conversation was deleted at the same time.
      throw error instanceof AppError && error.code === 'conversation.notFound' ? new AppError('invite.notFound') : error;
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

/** A user who joins on their own gets the role `member`, unless they were restricted when they left. */
async function joiningOf(state: LockedState, userId: UserId): Promise<Joining> {
  const former = (await state.formerMembers([userId])).get(userId);
  return { userId, role: roleOnReturn(former?.role, 'member', { isDeliberate: false }), actorId: userId, former };
}

async function requireMayJoin(
  state: LockedState,
  userId: UserId,
  { isOpen, otherwise }: { isOpen: boolean; otherwise: 'conversation.notFound' | 'invite.notFound' },
): Promise<void> {
  if ((await state.member(userId)) !== undefined) throw new AppError('member.alreadyMember');
  if (!isOpen) throw new AppError(otherwise);
  const ban = (await state.bansAmong([userId])).get(userId);
  if (ban !== undefined) throw new AppError('forbidden', { detail: banDetail(ban) });
}

function banDetail({ banned_until: until, reason }: BanRow): string {
  const end = until === null ? '' : ` until ${until.toISOString()}`;
  return `you are banned from this conversation${end}${reason === null ? '' : `: ${reason}`}`;
}
