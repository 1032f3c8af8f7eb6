import type { Role } from '#contracts/conversations/schemas.js';
import { atLeast, outranks } from './roles.js';

/** Moderators and higher remove and ban those who are below them. */
export function mayRemove(actor: Role, target: Role): boolean {
  return atLeast(actor, 'moderator') && outranks(actor, target);
}

/**
 * Whoever may add members may make them `member` or lower; a higher role has to be below their own, and is given by admins
 * and higher only.
 */
export function mayAddAs(actor: Role, given: Role): boolean {
  return atLeast('member', given) || (atLeast(actor, 'admin') && outranks(actor, given));
}

export interface RoleChange {
  readonly actor: Role;
  readonly target: Role;
  readonly to: Role;
  readonly self: boolean;
  /** Owners of the conversation now. */
  readonly owners: number;
}

/**
 * Admins and higher change the roles of those below them to a role below their own; an owner may make another owner.
 * Everybody may step down, but the last owner may not: a conversation is not made ownerless by accident.
 */
export function mayChangeRole({ actor, target, to, self, owners }: RoleChange): boolean {
  if (self) return to === target || (outranks(target, to) && !(target === 'owner' && owners <= 1));
  if (!atLeast(actor, 'admin') || !outranks(actor, target)) return false;
  return outranks(actor, to) || actor === 'owner';
}
