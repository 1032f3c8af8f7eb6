import { uuidv7 } from 'uuidv7';

/** A new UUIDv7 of the branded type the caller names: `newId<UserId>()`. Ids made later sort later (RFC 9562, 5.7). */
export function newId<T extends string>(): T {
  return uuidv7() as T;
}
