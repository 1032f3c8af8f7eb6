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
import { insertBan } from '../infra/change.sql.js';
import type { LockedState } from '../infra/locked-state.js';
import type { Change } from './change.js';
import { RunChange } from './run-change.js';

/** Keeps users out: a ban removes the member in the same change and is stronger than invites and public doors. */
@Injectable()
export class BanUser {
  constructor(
    @InjectRepository(BanEntity) private readonly bans: Repository<BanEntity>,
    private readonly users: Users,
    private readonly access: Access,
    private readonly runChange: RunChange,
  ) {}

  /** Repeats answer the first ban. Throws `conversation.notFound`, `user.notFound`, `forbidden`. */
  async ban(actorId: UserId, conversationId: ConversationId, userId: UserId): Promise<Ban> {
    (await this.access.of(conversationId, actorId)).require('manageMembers');
    await this.users.require(userId);
    return this.runChange.run(conversationId, async (state) => {
      const access = await state.accessOf(actorId);
      access.require('manageMembers');
      const target = await state.member(userId);
      if (userId === actorId || (target && !mayRemove(access.role, target.role))) {
        throw new AppError('forbidden', { detail: 'the member is not below your own role' });
      }
      // The ban of a member is part of the entry, so that it survives a crash together with the removal.
      if (!target) await state.query(insertBan, [conversationId, userId, actorId, state.at]);
      const left: Change = { kind: 'member.left', actorId, body: { userId, reason: 'banned', bannedBy: actorId } };
      return { changes: target ? [left] : [], answer: () => this.read(state, userId) };
    });
  }

  /** Repeats change nothing. Throws `conversation.notFound`, `user.notFound`, `forbidden`. */
  async lift(actorId: UserId, conversationId: ConversationId, userId: UserId): Promise<void> {
    (await this.access.of(conversationId, actorId)).require('manageMembers');
    await this.users.require(userId);
    await this.bans.delete({ conversationId, userId });
  }

  private async read({ conversation: { id: conversationId } }: LockedState, userId: UserId): Promise<Ban> {
    const ban = await this.bans.findOneBy({ conversationId, userId });
    if (ban === null) throw new AppError('overloaded', { detail: 'the ban was lifted at the same time', retryAfterMs: 0 });
    return { conversationId, userId, bannedBy: ban.bannedBy, createdAt: ban.createdAt.toISOString() };
  }
}
