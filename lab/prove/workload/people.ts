import { limits } from '../../../contracts/limits.js';
import { inParallel } from '../../support/in-parallel.js';
import { insist, textOf } from './api-client.js';

/** A user of the workload. */
export interface Person {
  readonly name: string;
  readonly userId: string;
  readonly accessToken: string;
}

/** A conversation of the workload and its members. */
export interface Room {
  readonly id: string;
  readonly members: readonly Person[];
}

/** Creates guests. */
export async function makePeople(urls: readonly string[], names: readonly string[]): Promise<Person[]> {
  return inParallel(names, async (name, index) => {
    const session = await insist(rotated(urls, index), { method: 'POST', path: '/v1/auth/guest', body: { displayName: name } });
    return { name, userId: textOf(session, 'user', 'id'), accessToken: textOf(session, 'accessToken') };
  });
}

/** Creates a group whose owner is the first member. */
export async function makeRoom(urls: readonly string[], title: string, members: readonly Person[]): Promise<Room> {
  const [owner, ...others] = members;
  if (owner === undefined) throw new Error('a conversation needs a member');
  const ids = others.map((person) => person.userId);
  const post = (path: string, body: object) => insist(urls, { method: 'POST', path, token: owner.accessToken, body });
  const id = textOf(await post('/v1/conversations', { type: 'group', title, memberIds: ids.slice(0, limits.memberIdsMax) }), 'id');
  for (let next = limits.memberIdsMax; next < ids.length; next += limits.memberIdsMax)
    await post(`/v1/conversations/${id}/members`, { userIds: ids.slice(next, next + limits.memberIdsMax) });
  return { id, members };
}

function rotated(urls: readonly string[], by: number): string[] {
  return urls.map((_, index) => urls[(index + by) % urls.length] ?? '');
}
