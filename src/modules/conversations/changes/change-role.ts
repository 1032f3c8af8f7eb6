import { Injectable } from '@nestjs/common';
import type { Member, Role } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Access } from '../access.js';
import { mayChangeRole } from '../domain/member-rules.js';
import type { LockedState } from '../infra/locked-state.js';
import { presentMember } from '../read/conversation-row.js';
import { ListedMembers } from '../read/listed-members.js';
import { RunChange } from './run-change.js';

/** Changes a member's role: admins and higher, below their own; an owner makes owners; everybody may step down. */
@Injectable()
export class ChangeRole {
  constructor(
    private readonly access: Access,
    private readonly runChange: RunChange,
    private readonly listed: ListedMembers,
  ) {}

  /** Throws `conversation.notFound`, `member.notFound`, `forbidden`. The role they have already is no change. */
  async change(actorId: UserId, conversationId: ConversationId, userId: UserId, role: Role): Promise<Member> {
    const { conversation } = await this.access.of(conversationId, actorId);
    if (conversation.type === 'direct')
      throw new AppError('forbidden', { detail: 'in a direct conversation nobody ranks above the other' });
    // The cursors it shows come from elsewhere: never asked for while this change holds its connection.
    const [shown] = await this.listed.of(conversationId, [userId]);
    return this.runChange.run(conversationId, async (state) => {
      const actor = await state.accessOf(actorId);
      if (actorId !== userId) actor.require('manageRoles');
      const member = await state.member(userId);
      if (!member) throw new AppError('member.notFound');
      await requireMayChange(state, { actor: actor.role, target: member.role, to: role, self: actorId === userId });
      const changed = { ...presentMember(member, shown), role };
      if (member.role === role) return { changes: [], answer: () => changed };
      return { changes: [{ kind: 'member.updated', actorId, body: { userId, role }, member: changed }], answer: () => changed };
    });
  }
}

async function requireMayChange(state: LockedState, change: { actor: Role; target: Role; to: Role; self: boolean }): Promise<void> {
  const owners = change.target === 'owner' ? await state.ownerCount() : 0;
  if (!mayChangeRole({ ...change, owners }))
    throw new AppError('forbidden', { detail: 'your role does not let you give this role to this member' });
}
