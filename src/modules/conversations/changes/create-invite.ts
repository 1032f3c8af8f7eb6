import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { CreateInviteBody, Invite } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import { Access } from '../access.js';
import { InviteEntity } from '../infra/invite.entity.js';

/** 144 random bits, which cannot be guessed: 24 characters of base64url. */
const codeBytes = 18;

/**
 * Creates invite codes: whoever the policy lets invite. A code can be used as long as its creator may invite, until it expires, is used up
 * or is revoked.
 */
@Injectable()
export class CreateInvite {
  constructor(
    @InjectRepository(InviteEntity) private readonly invites: Repository<InviteEntity>,
    private readonly access: Access,
  ) {}

  /** Throws `conversation.notFound`, `forbidden`. */
  async execute(actorId: UserId, conversationId: ConversationId, body: CreateInviteBody): Promise<Invite> {
    (await this.access.of(conversationId, actorId)).require('invite');
    const code = randomBytes(codeBytes).toString('base64url');
    const createdAt = clock.date();
    const expiresAt = body.expiresInSeconds === undefined ? null : new Date(createdAt.getTime() + body.expiresInSeconds * 1000);
    const maxUses = body.maxUses ?? null;
    await this.invites.insert({ code, conversationId, createdBy: actorId, createdAt, expiresAt, maxUses });
    return {
      code,
      conversationId,
      createdBy: actorId,
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt?.toISOString() ?? null,
      maxUses,
      uses: 0,
      isActive: true,
    };
  }
}
