import { randomFillSync } from 'node:crypto';
import { V7Generator } from 'uuidv7';
import type { UserId } from '#contracts/primitives.js';

/** Random numbers are fetched in bulk: one call of the system's generator costs more than many ids. */
const pool = new Uint32Array(1024);
let taken = pool.length;

const generator = new V7Generator({
  nextUint32() {
    if (taken === pool.length) {
      randomFillSync(pool);
      taken = 0;
    }
    const next = pool[taken] ?? 0;
    taken += 1;
    return next;
  },
});

/** A new UUIDv7 of the branded type the caller names: `newId<UserId>()`. Ids made later sort later (RFC 9562, 5.7). */
export function newId<T extends string>(): T {
  return generator.generate().toString() as T;
}

/** The actor of changes that Parley makes by itself. No user has this id, the nil UUID. */
// Cast: user ids are branded, and this one comes from no parser.
export const systemActor = '00000000-0000-0000-0000-000000000000' as UserId;
