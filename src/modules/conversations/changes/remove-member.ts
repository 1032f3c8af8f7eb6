import { Injectable } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Access } from '../access.js';
import { mayRemove } from '../domain/member-rules.js';
import { RunChange } from './run-change.js';

/** Puts a member out: moderators and higher, those below them. Out at once, on open sockets too. */
@Injectable()
export class RemoveMember {
  constructor(
    private readonly access: Access,
    private readonly runChange: RunChange,
  ) {}

  /** Throws `conversation.notFound`, `member.notFound`, `forbidden`; oneself one does not remove but leaves. */
  async remove(actorId: UserId, conversationId: ConversationId, userId: UserId): Promise<void> {
    (await this.access.of(conversationId, actorId)).require('manageMembers');
    await this.runChange.run(conversationId, async (state) => {
      const access = await state.accessOf(actorId);
      access.require('manageMembers');
      const target = await state.member(userId);
      if (!target) throw new AppError('member.notFound');
      if (!mayRemove(access.role, target.role)) throw new AppError('forbidden', { detail: 'the member is not below your own role' });
      return { changes: [{ kind: 'member.left', actorId, body: { userId, reason: 'removed', bannedBy: null } }], answer: () => undefined };
    });
  }
}
