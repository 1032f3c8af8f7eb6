import { randomInt } from 'node:crypto';
import { DisplayName, Username } from '#contracts/users/schemas.js';
import { usernameLength } from '#contracts/users/username.js';
import { foldText } from '#platform/fold-text.js';

/** Digits and letters that are not confused with each other. */
const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';
const digits = '0123456789';
const suffixLength = 6;

/** Random letters and digits that are easy to read. */
export function randomSuffix(characters: number, from: string = alphabet): string {
  return Array.from({ length: characters }, () => from.charAt(randomInt(from.length))).join('');
}

/** The first wish that is a valid user name, or becomes one with dashes for what is not ASCII or not allowed; else a made-up name. */
export function usernameFrom(wishes: ReadonlyArray<string | undefined>): string {
  for (const wish of wishes) {
    if (wish === undefined) continue;
    const ascii = foldText(wish)
      .replace(/[^a-z0-9_.-]+/g, '-')
      .slice(0, usernameLength.max);
    for (const name of [wish, ascii]) {
      const username = Username.safeParse(name);
      if (username.success) return username.data;
    }
  }
  return `user-${randomSuffix(10)}`;
}

/** The name with a random suffix, still valid. Digits go with every script, and Latin letters only with Latin ones. */
export function otherUsername(username: string): string {
  const start = Array.from(username)
    .slice(0, usernameLength.max - suffixLength - 1)
    .join('');
  const isAscii = /^[a-z0-9_.-]*$/.test(username);
  return `${start}-${randomSuffix(suffixLength, isAscii ? alphabet : digits)}`;
}

/** The first wish that is a valid display name, else `fallback`. */
export function displayNameFrom(wishes: readonly unknown[], fallback: string): string {
  for (const wish of wishes) {
    const name = DisplayName.safeParse(wish);
    if (name.success) return name.data;
  }
  return fallback;
}
