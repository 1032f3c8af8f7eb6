import { Injectable } from '@nestjs/common';
import type { AddedMembers, AddMembersBody, Member, Role } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Blocks } from '../../users/blocks.js';
import { Access } from '../access.js';
import { hideCursors } from '../hide-cursors.js';
import { mayAddAs, roleOnReturn } from '../domain/member-rules.js';
import { Additions } from '../infra/additions.js';
import type { LockedState } from '../infra/locked-state.js';
import type { MemberAccess } from '../member-access.js';
import { ListedMembers } from '../read/listed-members.js';
import { AskUsers } from './ask-users.js';
import { CheckUsers, fieldErrorsWhere } from './check-users.js';
import { type Joining, memberJoined } from './member-joined.js';
import { RunChange } from './run-change.js';
import { WelcomeMembers } from './welcome-members.js';

/**
 * Adds members: whoever the policy lets invite may do so. Users who are members already stay as they are. A former member who was
 * restricted to `readonly` stays so, unless an admin or owner names another role.
 */
@Injectable()
export class AddMembers {
  constructor(
    private readonly access: Access,
    private readonly checkUsers: CheckUsers,
    private readonly runChange: RunChange,
    private readonly welcomeMembers: WelcomeMembers,
    private readonly listedMembers: ListedMembers,
    private readonly blocks: Blocks,
    private readonly askUsers: AskUsers,
    private readonly additions: Additions,
  ) {}

  /**
   * Answers all the named users who are members, and those who were asked because their settings do not allow more. All users are added or
   * asked, or none. Throws `rateLimited`, `conversation.notFound`, `forbidden` (also for banned users and
   * for users who block the actor), `user.notFound`, and `member.alreadyMember` when the only named user is a member already.
   */
  async execute(actorId: UserId, conversationId: ConversationId, body: AddMembersBody): Promise<AddedMembers> {
    const role = body.role ?? 'member';
    const userIds = [...new Set(body.userIds)];
    requireMayAdd(await this.access.of(conversationId, actorId), role);
    const members = new Set((await this.listedMembers.listAmong(conversationId, userIds)).map((member) => member.userId));
    await this.checkUsers.requireReachable(actorId, body.userIds, { field: 'userIds', except: members });
    const asked = await this.askUsers.findAsked(
      actorId,
      userIds.filter((userId) => !members.has(userId)),
    );
    return this.runChange.execute(conversationId, async (state) => {
      const actor = await state.accessOf(actorId);
      requireMayAdd(actor, role);
      const absent = await findAbsent(state, userIds);
      await requireNotBanned(state, body.userIds);
      const [requested, added] = [absent.filter((userId) => asked.has(userId)), absent.filter((userId) => !asked.has(userId))];
      const { at, conversation } = state;
      const reached = await this.additions.record(state, actorId, { conversationId, added, requested, role, at });
      const formers = await state.formerMembers(added);
      const isDeliberate = body.role !== undefined && actor.can('manageRoles');
      const joinings = added.map((userId): Joining => {
        const former = formers.get(userId);
        return { userId, role: roleOnReturn(former?.role, role, { isDeliberate }), actorId, former };
      });
      return {
        changes: joinings.map((joining) => memberJoined(state, joining)),
        answer: async () => {
          await this.welcomeMembers.welcomeJoined(conversationId, joinings);
          this.askUsers.announceRequests(actorId, conversation, { userIds: reached, role, at });
          return { items: await this.listShown(actorId, conversationId, userIds), requested };
        },
      };
    });
  }

  private async listShown(actorId: UserId, conversationId: ConversationId, userIds: readonly UserId[]): Promise<Member[]> {
    const members = await this.listedMembers.listAmong(conversationId, userIds);
    const hidden = await this.blocks.findBlockedEitherWay(actorId);
    return members.map((member) => hideCursors(member, hidden));
  }
}

async function findAbsent(state: LockedState, userIds: readonly UserId[]): Promise<UserId[]> {
  const members = new Set((await state.members(userIds)).map((member) => member.user_id));
  if (userIds.length === 1 && members.size === 1) throw new AppError('member.alreadyMember');
  return userIds.filter((userId) => !members.has(userId));
}

function requireMayAdd(access: MemberAccess, role: Role): void {
  access.require('invite');
  if (!mayAddAs(access.role, role)) throw new AppError('forbidden', { detail: 'the role to give has to be below your own' });
}

async function requireNotBanned(state: LockedState, userIds: readonly UserId[]): Promise<void> {
  const banned = await state.bansAmong(userIds);
  const errors = fieldErrorsWhere(userIds, 'userIds', 'is banned from this conversation', (userId) => banned.has(userId));
  if (errors.length > 0) throw new AppError('forbidden', { errors });
}
