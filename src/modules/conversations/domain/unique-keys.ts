import type { UserId } from '#contracts/primitives.js';

/** The key that makes a direct conversation unique for its pair, in whatever order the two users are given. */
export function directKey(a: UserId, b: UserId): string {
  return a < b ? `${a}:${b}` : `${b}:${a}`;
}

/** The name of the channel that every user joins. It is reserved even where the lobby is switched off. */
export const lobbyName = 'lobby';

/** Whether a conversation is the lobby: no user has created it, and only it has the reserved name. */
export function isLobby({ name, created_by: createdBy }: { name: string | null; created_by: UserId | null }): boolean {
  return name === lobbyName && createdBy === null;
}
