import type { ConversationType, Permission, Policy, Role } from '#contracts/conversations/schemas.js';
import { atLeast } from './roles.js';

export interface PermissionContext {
  readonly type: ConversationType;
  readonly policy: Policy;
  readonly role: Role;
  /** One of a direct pair has blocked the other: reading stays, posting ends. */
  readonly blocked: boolean;
}

/**
 * What a member may do, in the contract's order. `edit` and `delete` are about the conversation itself, `moderate` about
 * other members' messages, `manageMembers` about removing and banning. A direct conversation can only be talked in.
 */
export function permissionsOf({ type, policy, role, blocked }: PermissionContext): Permission[] {
  const direct = type === 'direct';
  const granted = {
    post: atLeast(role, policy.post) && !blocked,
    invite: !direct && atLeast(role, policy.invite),
    pin: atLeast(role, policy.pin) && !blocked,
    edit: !direct && atLeast(role, 'admin'),
    moderate: !direct && atLeast(role, 'moderator'),
    manageMembers: !direct && atLeast(role, 'moderator'),
    manageRoles: !direct && atLeast(role, 'admin'),
    delete: !direct && role === 'owner',
  } satisfies Record<Permission, boolean>;
  return allPermissions.filter((permission) => granted[permission]);
}

const allPermissions = [
  'post',
  'invite',
  'pin',
  'edit',
  'moderate',
  'manageMembers',
  'manageRoles',
  'delete',
] as const satisfies readonly Permission[];
