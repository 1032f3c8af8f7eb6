import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { Ban, TermsBody } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Users } from '../../users/users.js';
import { Access } from '../access.js';
import { sameTerms, type Terms, termsOf } from '../domain/terms.js';
import { BanEntity } from '../infra/ban.entity.js';
import type { LockedState } from '../infra/locked-state.js';
import { type BanRow, presentBan } from '../read/ban-row.js';
import type { MemberRow } from '../read/conversation-row.js';
import { endMembership, refuseDirect } from './end-membership.js';
import { memberLeft, putBan } from './member-left.js';
import { RunChange } from './run-change.js';
import { operatorId, userOrNull } from '../member-access.js';

/**
 * Bans and unbans users. A ban removes the member in the same change, and neither an invite nor a public conversation overrides it. It
 * ends by itself at the time that its terms name.
 */
@Injectable()
export class BanUser {
  constructor(
    @InjectRepository(BanEntity) private readonly bans: Repository<BanEntity>,
    private readonly users: Users,
    private readonly access: Access,
    private readonly runChange: RunChange,
  ) {}

  /**
   * Replaces the terms of a ban in force; a call with the same terms answers the first ban. Throws `conversation.notFound`,
   * `user.notFound`, `forbidden` and `validation.failed` for an end in the past.
   */
  async banUser(actorId: UserId, conversationId: ConversationId, userId: UserId, body: TermsBody): Promise<Ban> {
    (await this.access.of(conversationId, actorId)).require('manageMembers');
    await this.users.requireUser(userId);
    const terms = termsOf(body);
    return this.runChange.execute(conversationId, async (state) => {
      const target = await requireMayBan(state, actorId, userId);
      const present = (await state.bansAmong([userId])).get(userId);
      if (present !== undefined && actorId !== operatorId) refuseBanOfOperator(present.banned_by);
      const isSame = present !== undefined && sameTerms({ until: present.banned_until, reason: present.reason }, terms);
      if (isSame) return { changes: [], answer: () => presentBan(present) };
      await state.requireFuture(terms.until);
      const ban = newBan(state, { actorId, userId, terms });
      const answer = () => presentBan(ban);
      if (target !== undefined) {
        const changes = await endMembership(state, actorId, target, memberLeft(actorId, userId, 'banned', terms));
        return { changes, answer };
      }
      await state.query(putBan, [conversationId, userId, ban.banned_by, ban.created_at, ban.banned_until, ban.reason]);
      return { changes: [], answer };
    });
  }

  /** A repeated call changes nothing. Throws `conversation.notFound`, `user.notFound`, and `forbidden`, also for the ban of an operator. */
  async liftBan(actorId: UserId, conversationId: ConversationId, userId: UserId): Promise<void> {
    (await this.access.of(conversationId, actorId)).require('manageMembers');
    await this.users.requireUser(userId);
    const ban = await this.bans.findOneBy({ conversationId, userId });
    if (ban === null) return;
    if (actorId !== operatorId) refuseBanOfOperator(ban.bannedBy);
    await this.bans.delete({ conversationId, userId });
  }
}

/** The member to ban, or undefined for a non-member. */
async function requireMayBan(state: LockedState, actorId: UserId, userId: UserId): Promise<MemberRow | undefined> {
  const access = await state.accessOf(actorId);
  access.require('manageMembers');
  refuseDirect(state.conversation.type);
  const target = await state.member(userId);
  if (userId === actorId || (target !== undefined && !access.hasPowerOver(target.role))) {
    throw new AppError('forbidden', { detail: 'the member is not below your own role' });
  }
  return target;
}

/** What an operator imposed, only an operator may change. */
function refuseBanOfOperator(bannedBy: UserId | null): void {
  if (bannedBy === null) throw new AppError('forbidden', { detail: 'an operator imposed this ban' });
}

function newBan({ conversation, at }: LockedState, ban: { actorId: UserId; userId: UserId; terms: Terms }): BanRow {
  return {
    conversation_id: conversation.id,
    user_id: ban.userId,
    banned_by: userOrNull(ban.actorId),
    created_at: at,
    banned_until: ban.terms.until,
    reason: ban.terms.reason,
  };
}
