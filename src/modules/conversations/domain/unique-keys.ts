import type { UserId } from '#contracts/primitives.js';

/** The key that makes a direct conversation the only one of its pair: the same whoever of the two asks. */
export function directKey(a: UserId, b: UserId): string {
  return a < b ? `${a}:${b}` : `${b}:${a}`;
}

/** The name of the channel every user is in. Nobody else can take it, whether there is a lobby or not. */
export const lobbyName = 'lobby';
