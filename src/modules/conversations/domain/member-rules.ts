import type { ConversationType, Role } from '#contracts/conversations/schemas.js';
import type { UserId } from '#contracts/primitives.js';
import { atLeast, outranks } from './roles.js';

/** Moderators, admins and owners may remove, ban and mute members below them. */
export function mayRemove(actor: Role, target: Role): boolean {
  return atLeast(actor, 'moderator') && outranks(actor, target);
}

/**
 * A member who may invite can add users as `member` or lower. Only admins and owners give a higher role, and it has to be below
 * their own.
 */
export function mayAddAs(actor: Role, given: Role): boolean {
  return atLeast('member', given) || (atLeast(actor, 'admin') && outranks(actor, given));
}

/**
 * The role of a former member who returns: a restriction to `readonly` survives the absence. It ends when an admin or owner gives another
 * role by name.
 */
export function roleOnReturn(former: Role | undefined, given: Role, { isDeliberate }: { isDeliberate: boolean }): Role {
  return former === 'readonly' && !isDeliberate ? 'readonly' : given;
}

export interface RoleChange {
  readonly actor: Role;
  readonly target: Role;
  readonly to: Role;
  readonly self: boolean;
  /** The number of owners now. */
  readonly owners: number;
}

/**
 * Admins and owners may give members below them a role below their own; an owner may appoint another owner. Everyone may step
 * down except the last owner, so that no conversation loses its owner by accident.
 */
export function mayChangeRole({ actor, target, to, self, owners }: RoleChange): boolean {
  if (self) return to === target || (outranks(target, to) && !(target === 'owner' && owners <= 1));
  if (!atLeast(actor, 'admin') || !outranks(actor, target)) return false;
  return outranks(actor, to) || actor === 'owner';
}

/** The members of a new conversation: its creator as owner and the others as members; in a direct conversation both are equals. */
export function initialMembers(
  type: ConversationType,
  creatorId: UserId,
  others: readonly UserId[],
): Array<{ userId: UserId; role: Role }> {
  const invited = [...new Set(others)].filter((userId) => userId !== creatorId);
  return [
    { userId: creatorId, role: type === 'direct' ? 'member' : 'owner' },
    ...invited.map((userId) => ({ userId, role: 'member' as const })),
  ];
}
