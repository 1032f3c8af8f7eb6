import { randomUUID } from 'node:crypto';
import { inParallel } from '../../support/in-parallel.js';
import type { ParleyDoor } from './parley-door.js';

/** What a user brings to a handshake. */
export type Auth = Readonly<Record<string, string>>;

/** Members of one room: as many users share the same rooms. */
export const neighbours = 100;

/** So many users, each in so many rooms of a hundred; as the `auth` of their handshakes. */
export async function roomsOfParley(door: ParleyDoor, users: number, rooms: number): Promise<Auth[]> {
  const made = await inParallel(Array.from({ length: users }), () => door.makeUser());
  const groups = chunks(made, neighbours);
  const wanted = groups.flatMap((group) => Array.from({ length: rooms }, () => group));
  await inParallel(wanted, async ([maker, ...others]) => {
    if (maker !== undefined) await door.makeGroup(maker, others);
  });
  return made.map(({ token }) => ({ token }));
}

/** The same against a reference, which believes what a client names. */
export function roomsOfReference(users: number, rooms: number): Auth[] {
  return chunks(Array.from({ length: users }), neighbours).flatMap((group) => {
    const named = Array.from({ length: rooms }, () => randomUUID()).join(',');
    return group.map(() => ({ rooms: named }));
  });
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
}
