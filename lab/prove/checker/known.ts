import type { Outcome, SendOperation, Sighting } from './history.js';

/** The histories, indexed for the checks. */
export interface Known {
  readonly byToken: ReadonlyMap<string, SendOperation>;
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly byConversation: ReadonlyMap<string, readonly SendOperation[]>;
  readonly storedByToken: ReadonlyMap<string, readonly Sighting[]>;
  /** By conversation, then by seq. */
  readonly storedBySeq: ReadonlyMap<string, ReadonlyMap<number, Sighting>>;
}

/** The last sighting of each seq. */
export function bySeq(sightings: readonly Sighting[]): Map<number, Sighting> {
  return new Map(sightings.map((one) => [one.seq, one]));
}

/** Groups items by key and keeps their order. */
export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
