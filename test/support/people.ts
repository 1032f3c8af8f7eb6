import { randomUUID } from 'node:crypto';
import type { Session } from '#contracts/auth/schemas.js';
import type { User } from '#contracts/users/schemas.js';
import { api } from './api.js';

/** A logged-in user. */
export interface Person {
  readonly user: User;
  readonly userId: User['id'];
  readonly sessionId: Session['sessionId'];
  readonly accessToken: string;
  readonly refreshToken: string;
  /** The node this person calls, if it is not one of the shared nodes. */
  readonly url?: string;
}

export interface Account extends Person {
  readonly username: string;
  readonly password: string;
}

export const password = 'a password of the tests';

/** A new guest: the fastest way to a user, because no password is hashed. */
export async function guest(displayName?: string, url?: string): Promise<Person> {
  const answer = await api({ url }).call('auth.guest', { body: displayName === undefined ? {} : { displayName } });
  return person(answer.ok(201), url);
}

/** `count` new guests. */
export async function guests(count: number, url?: string): Promise<Person[]> {
  return Promise.all(Array.from({ length: count }, () => guest(undefined, url)));
}

/** A new user with a name and a password. */
export async function account(username = uniqueName('user'), url?: string): Promise<Account> {
  const answer = await api({ url }).call('auth.register', { body: { username, password } });
  return { ...person(answer.ok(201), url), username, password };
}

/** An unused name: `prefix` and random characters, at most 21 in all. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomUUID().replaceAll('-', '').slice(0, 12)}`;
}

/** The person of a session that a login or refresh returned. */
export function person(session: Session, url?: string): Person {
  const { user, accessToken, refreshToken, sessionId } = session;
  return { user, userId: user.id, sessionId, accessToken, refreshToken, ...(url === undefined ? {} : { url }) };
}
