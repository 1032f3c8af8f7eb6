import { encodeCursor } from './cursor.js';

/** Structurally a `Page` of the contract, of rows or of items. */
export interface CutPage<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

/**
 * Cuts what was read to one page. `found` holds at most `limit` + 1 rows: the extra row says that more follow and is left out.
 * `positionOf` is where the next page begins, after the last row of this one.
 */
export function toPage<T>(found: readonly T[], limit: number, positionOf: (last: T) => unknown): CutPage<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last !== undefined ? encodeCursor(positionOf(last)) : null };
}
