import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { Ban } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Users } from '../../users/users.js';
import { Access } from '../access.js';
import { mayRemove } from '../domain/member-rules.js';
import { BanEntity } from '../infra/ban.entity.js';
import type { LockedState } from '../infra/locked-state.js';
import { insertBan, memberLeft } from './member-left.js';
import { RunChange } from './run-change.js';

/** Bans and unbans users. A ban removes the member in the same change, and neither an invite nor a public conversation overrides it. */
@Injectable()
export class BanUser {
  constructor(
    @InjectRepository(BanEntity) private readonly bans: Repository<BanEntity>,
    private readonly users: Users,
    private readonly access: Access,
    private readonly runChange: RunChange,
  ) {}

  /** A repeated call answers the first ban. Throws `conversation.notFound`, `user.notFound`, `forbidden`. */
  async banUser(actorId: UserId, conversationId: ConversationId, userId: UserId): Promise<Ban> {
    (await this.access.of(conversationId, actorId)).require('manageMembers');
    await this.users.requireUser(userId);
    return this.runChange.execute(conversationId, async (state) => {
      const access = await state.accessOf(actorId);
      access.require('manageMembers');
      const target = await state.member(userId);
      if (userId === actorId || (target !== undefined && !mayRemove(access.role, target.role))) {
        throw new AppError('forbidden', { detail: 'the member is not below your own role' });
      }
      const answer = () => this.readBan(state, userId);
      if (target !== undefined) return { changes: [memberLeft(actorId, userId, 'banned')], answer };
      await state.query(insertBan, [conversationId, userId, actorId, state.at]);
      return { changes: [], answer };
    });
  }

  /** A repeated call changes nothing. Throws `conversation.notFound`, `user.notFound`, `forbidden`. */
  async liftBan(actorId: UserId, conversationId: ConversationId, userId: UserId): Promise<void> {
    (await this.access.of(conversationId, actorId)).require('manageMembers');
    await this.users.requireUser(userId);
    await this.bans.delete({ conversationId, userId });
  }

  private async readBan({ conversation: { id: conversationId } }: LockedState, userId: UserId): Promise<Ban> {
    const ban = await this.bans.findOneBy({ conversationId, userId });
    if (ban === null) throw new AppError('overloaded', { detail: 'the ban was lifted at the same time', retryAfterMs: 0 });
    return { conversationId, userId, bannedBy: ban.bannedBy, createdAt: ban.createdAt.toISOString() };
  }
}
