import type { Role } from '#contracts/conversations/schemas.js';

const ranks = { owner: 5, admin: 4, moderator: 3, member: 2, readonly: 1 } as const satisfies Record<Role, number>;

/** Whether `role` is `lowest` or higher. */
export function atLeast(role: Role, lowest: Role): boolean {
  return ranks[role] >= ranks[lowest];
}

/** Whether `role` is strictly higher than `other`: members of equal rank have no power over each other. */
export function outranks(role: Role, other: Role): boolean {
  return ranks[role] > ranks[other];
}
