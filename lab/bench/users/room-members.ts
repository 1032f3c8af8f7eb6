import { randomUUID } from 'node:crypto';
import { inParallel } from '../../support/in-parallel.js';
import type { Auth } from './crowds.js';
import type { ParleyApi } from './parley-api.js';

/** The number of members of a room. They share all their rooms. */
export const roomSize = 100;

/** Creates users on Parley, each in `rooms` groups of a hundred. Returns their handshakes. */
export async function parleyRoomMembers(api: ParleyApi, users: number, rooms: number): Promise<Auth[]> {
  const created = await inParallel(Array.from({ length: users }), () => api.createUser());
  const groups = chunks(created, roomSize).flatMap((group) => Array.from({ length: rooms }, () => group));
  await inParallel(groups, async ([creator, ...others]) => {
    if (creator !== undefined) await api.createGroup(creator, others);
  });
  return created.map(({ token }) => ({ token }));
}

/** The handshakes of users on a reference, each in `rooms` rooms of a hundred. */
export function referenceRoomMembers(users: number, rooms: number): Auth[] {
  return chunks(Array.from({ length: users }), roomSize).flatMap((group) => {
    const names = Array.from({ length: rooms }, () => randomUUID()).join(',');
    return group.map(() => ({ rooms: names }));
  });
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
