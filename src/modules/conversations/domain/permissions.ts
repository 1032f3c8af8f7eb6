import type { ConversationType, Permission, Policy, Role } from '#contracts/conversations/schemas.js';
import { atLeast } from './roles.js';

export interface PermissionContext {
  readonly type: ConversationType;
  readonly policy: Policy;
  readonly role: Role;
  /** The member is muted, or one user of a direct conversation has blocked the other: they can read and not write. */
  readonly silenced: boolean;
}

/**
 * The member's permissions, in the contract's order. `edit` and `delete` concern the conversation itself, `moderate` other members'
 * messages, `manageMembers` removing and banning. A direct conversation grants `post` and `pin` at most.
 */
export function permissionsOf({ type, policy, role, silenced }: PermissionContext): Permission[] {
  const direct = type === 'direct';
  const granted = {
    post: atLeast(role, policy.post) && !silenced,
    invite: !direct && atLeast(role, policy.invite),
    pin: atLeast(role, policy.pin) && !silenced,
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
