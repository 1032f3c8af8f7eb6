import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Access } from '../access.js';
import { InviteEntity } from '../infra/invite.entity.js';

/** Revokes invites: their creator may, as long as they are a member, and moderators may. */
@Injectable()
export class RevokeInvite {
  constructor(
    @InjectRepository(InviteEntity) private readonly invites: Repository<InviteEntity>,
    private readonly access: Access,
  ) {}

  /** Throws `conversation.notFound`, `forbidden`, and `invite.notFound`, also when it is revoked already. */
  async execute(actorId: UserId, conversationId: ConversationId, code: string): Promise<void> {
    const actor = await this.access.of(conversationId, actorId);
    const invite = await this.invites.findOneBy({ code, conversationId });
    if (invite === null) throw new AppError('invite.notFound');
    if (invite.createdBy !== actorId) actor.require('manageMembers');
    const { affected } = await this.invites.delete({ code, conversationId });
    if (affected === 0) throw new AppError('invite.notFound');
  }
}
