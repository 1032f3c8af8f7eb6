import { Injectable } from '@nestjs/common';
import type { Member, Role } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Access } from '../access.js';
import { mayChangeRole } from '../domain/member-rules.js';
import type { LockedState } from '../infra/locked-state.js';
import { presentMember } from '../read/conversation-row.js';
import { ListedMembers } from '../read/listed-members.js';
import { memberUpdated } from './member-updated.js';
import { RunChange } from './run-change.js';

/** Changes a member's role: admins and owners may, for members below them; an owner may appoint owners; everyone may step down. */
@Injectable()
export class ChangeRole {
  constructor(
    private readonly access: Access,
    private readonly runChange: RunChange,
    private readonly listedMembers: ListedMembers,
  ) {}

  /** Giving the role that the member has already changes nothing. Throws `conversation.notFound`, `member.notFound`, `forbidden`. */
  async execute(actorId: UserId, conversationId: ConversationId, userId: UserId, role: Role): Promise<Member> {
    const { conversation } = await this.access.of(conversationId, actorId);
    if (conversation.type === 'direct') throw new AppError('forbidden', { detail: 'a direct conversation has no ranks' });
    // The live cursors come from another store: read them before the change holds a connection and the lock.
    const [shown] = await this.listedMembers.listAmong(conversationId, [userId]);
    return this.runChange.execute(conversationId, async (state) => {
      const actor = await state.accessOf(actorId);
      if (actorId !== userId) actor.require('manageRoles');
      const member = await state.member(userId);
      if (member === undefined) throw new AppError('member.notFound');
      await requireMayChange(state, { actor: actor.role, target: member.role, to: role, self: actorId === userId });
      const changed = { ...presentMember(member, shown), role };
      return { changes: member.role === role ? [] : [memberUpdated(actorId, changed)], answer: () => changed };
    });
  }
}

async function requireMayChange(state: LockedState, change: { actor: Role; target: Role; to: Role; self: boolean }): Promise<void> {
  const owners = change.target === 'owner' ? await state.ownerCount() : 0;
  if (!mayChangeRole({ ...change, owners }))
    throw new AppError('forbidden', { detail: 'your role does not let you give this role to this member' });
}
