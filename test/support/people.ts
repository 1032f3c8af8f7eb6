import { randomUUID } from 'node:crypto';
import type { Session } from '#contracts/auth/schemas.js';
import type { User } from '#contracts/users/schemas.js';
import { api } from './api.js';

/** A logged-in user of a test. */
export interface Person {
  readonly user: User;
  readonly userId: User['id'];
  readonly sessionId: Session['sessionId'];
  readonly accessToken: string;
  readonly refreshToken: string;
  /** The node the person talks to, when it is not one of the shared ones. */
  readonly url?: string;
}

export interface Account extends Person {
  readonly username: string;
  readonly password: string;
}

export const password = 'a password of the tests';

/** A new guest: the fast way to a user, no password is hashed. */
export async function guest(displayName?: string, url?: string): Promise<Person> {
  const answer = await api({ url }).call('auth.guest', { body: displayName === undefined ? {} : { displayName } });
  return person(answer.ok(201), url);
}

/** `count` guests. */
export async function guests(count: number, url?: string): Promise<Person[]> {
  return Promise.all(Array.from({ length: count }, () => guest(undefined, url)));
}

/** A new user with a name and a password. */
export async function account(username = uniqueName('user'), url?: string): Promise<Account> {
  const answer = await api({ url }).call('auth.register', { body: { username, password } });
  return { ...person(answer.ok(201), url), username, password };
}

/** A name nobody has: at most 21 characters of `prefix` and random ones. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomUUID().replaceAll('-', '').slice(0, 12)}`;
}

/** The person of a session that a login or refresh answered. */
export function person(session: Session, url?: string): Person {
  const { user, accessToken, refreshToken, sessionId } = session;
  return { user, userId: user.id, sessionId, accessToken, refreshToken, ...(url === undefined ? {} : { url }) };
}
