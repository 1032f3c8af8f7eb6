import { randomInt } from 'node:crypto';
import { DisplayName, Username } from '#contracts/users/schemas.js';

/** Digits and letters that are not mistaken for each other. */
const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';
const usernameCharactersMax = 32;

/** Random letters and digits that read well. */
export function randomSuffix(characters: number): string {
  return Array.from({ length: characters }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}

/** The first of the wishes that makes a valid user name once its foreign characters are dashes, else a made-up one. */
export function usernameFrom(wishes: ReadonlyArray<string | undefined>): string {
  for (const wish of wishes) {
    const folded = wish
      ?.toLowerCase()
      .replace(/[^a-z0-9_.-]+/g, '-')
      .slice(0, usernameCharactersMax);
    const username = Username.safeParse(folded);
    if (username.success) return username.data;
  }
  return `user-${randomSuffix(10)}`;
}

/** The same name made different, still within 32 characters. */
export function otherUsername(username: string): string {
  return `${username.slice(0, usernameCharactersMax - 7)}-${randomSuffix(6)}`;
}

/** The first of the wishes that is a valid display name, else `fallback`. */
export function displayNameFrom(wishes: readonly unknown[], fallback: string): string {
  for (const wish of wishes) {
    const name = DisplayName.safeParse(wish);
    if (name.success) return name.data;
  }
  return fallback;
}
