import { Injectable } from '@nestjs/common';
import type { Member, Role } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Access } from '../access.js';
import { isLobby } from '../domain/unique-keys.js';
import { mayChangeRole } from '../domain/member-rules.js';
import type { LockedState } from '../infra/locked-state.js';
import { type MemberAccess, operatorId } from '../member-access.js';
import { type MemberRow, presentMember } from '../read/conversation-row.js';
import { ListedMembers } from '../read/listed-members.js';
import { passOwnership } from './end-membership.js';
import { memberUpdated } from './member-updated.js';
import { type Change, RunChange } from './run-change.js';

/**
 * Changes a member's role: admins and owners may, for members below them; an owner may appoint owners; everyone may step down except the
 * last owner. When an operator demotes the last owner, another member becomes the owner.
 */
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
      const changed = { ...presentMember(member, shown), role };
      if (member.role === role) return { changes: [], answer: () => changed };
      const appointed = await this.prepareChange(state, { actor, member, to: role });
      return { changes: [...appointed, memberUpdated(actorId, changed)], answer: () => changed };
    });
  }

  /** Throws `forbidden` if the actor may not make this change. The changes that have to come before it, so that there is an owner. */
  private async prepareChange(
    state: LockedState,
    { actor, member, to }: { actor: MemberAccess; member: MemberRow; to: Role },
  ): Promise<Change[]> {
    if (to === 'owner' && isLobby(state.conversation)) throw new AppError('forbidden', { detail: 'the lobby has no owner' });
    const owners = member.role === 'owner' ? await state.ownerCount() : 0;
    if (actor.userId !== operatorId) {
      if (mayChangeRole({ actor: actor.role, target: member.role, to, self: actor.userId === member.user_id, owners })) return [];
      throw new AppError('forbidden', { detail: 'your role does not let you give this role to this member' });
    }
    if (owners !== 1) return [];
    const appointed = await passOwnership(state, operatorId, member);
    if (appointed.length === 0) throw new AppError('forbidden', { detail: 'the only member has to be the owner' });
    return appointed;
  }
}
