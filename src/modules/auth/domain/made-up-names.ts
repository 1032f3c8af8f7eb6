import { randomInt } from 'node:crypto';
import { DisplayName, Username } from '#contracts/users/schemas.js';

/** Digits and letters that are not confused with each other. */
const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';
const usernameCharactersMax = 32;

/** Random letters and digits that are easy to read. */
export function randomSuffix(characters: number): string {
  return Array.from({ length: characters }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}

/** The first wish that makes a valid user name, with dashes for the characters that are not allowed; else a made-up name. */
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

/** The name with a random suffix, still within 32 characters. */
export function otherUsername(username: string): string {
  return `${username.slice(0, usernameCharactersMax - 7)}-${randomSuffix(6)}`;
}

/** The first wish that is a valid display name, else `fallback`. */
export function displayNameFrom(wishes: readonly unknown[], fallback: string): string {
  for (const wish of wishes) {
    const name = DisplayName.safeParse(wish);
    if (name.success) return name.data;
  }
  return fallback;
}
