import { Injectable } from '@nestjs/common';
import type { AddMembersBody, Member, Role } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Access } from '../access.js';
import { mayAddAs } from '../domain/member-rules.js';
import type { LockedState } from '../infra/locked-state.js';
import type { MemberAccess } from '../member-access.js';
import { ListedMembers } from '../read/listed-members.js';
import { CheckUsers, places } from './check-users.js';
import { joined, newcomer } from './joined.js';
import { RunChange } from './run-change.js';
import { WelcomeMembers } from './welcome-members.js';

/** Brings people in: whoever the policy lets invite. Who is in already stays as they are. */
@Injectable()
export class AddMembers {
  constructor(
    private readonly access: Access,
    private readonly checkUsers: CheckUsers,
    private readonly runChange: RunChange,
    private readonly welcomeMembers: WelcomeMembers,
    private readonly listed: ListedMembers,
  ) {}

  /**
   * Answers all the named members. Throws `conversation.notFound`, `forbidden` (also for the banned and for those who block
   * the actor), `user.notFound`, and `member.alreadyMember` when the only one named is in already. All or nobody.
   */
  async add(actorId: UserId, conversationId: ConversationId, body: AddMembersBody): Promise<Member[]> {
    const role = body.role ?? 'member';
    const userIds = [...new Set(body.userIds)];
    requireMayAdd(await this.access.of(conversationId, actorId), role);
    const members = new Set((await this.listed.of(conversationId, userIds)).map((member) => member.userId));
    await this.checkUsers.requireReachable(actorId, body.userIds, { field: 'userIds', except: members });
    return this.runChange.run(conversationId, async (state) => {
      requireMayAdd(await state.accessOf(actorId), role);
      const absent = await this.absent(state, userIds);
      await requireNotBanned(state, body.userIds);
      const joinings = absent.map((userId) => ({ userId, role, actorId }));
      return {
        changes: joinings.map((joining) => joined(state, joining)),
        answer: async () => {
          await this.welcomeMembers.welcome(
            conversationId,
            joinings.map((joining) => newcomer(state, joining)),
          );
          return this.listed.of(conversationId, userIds);
        },
      };
    });
  }

  private async absent(state: LockedState, userIds: readonly UserId[]): Promise<UserId[]> {
    const known = new Set((await state.members(userIds)).map((member) => member.user_id));
    if (userIds.length === 1 && known.size === 1) throw new AppError('member.alreadyMember');
    return userIds.filter((userId) => !known.has(userId));
  }
}

function requireMayAdd(access: MemberAccess, role: Role): void {
  access.require('invite');
  if (!mayAddAs(access.role, role)) throw new AppError('forbidden', { detail: 'the role to give has to be below your own' });
}

async function requireNotBanned(state: LockedState, userIds: readonly UserId[]): Promise<void> {
  const banned = await state.bannedAmong(userIds);
  const errors = places(userIds, 'userIds', 'is banned from this conversation', (userId) => banned.has(userId));
  if (errors.length > 0) throw new AppError('forbidden', { errors });
}
