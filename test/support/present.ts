/** The value, which must be present. Throws with its name otherwise. */
export function present<T>(value: T | null | undefined, what = 'value'): T {
  if (value === null || value === undefined) throw new Error(`${what} is missing`);
  return value;
}

/** The item at `index`; a negative index counts from the end. */
export function itemAt<T>(items: readonly T[], index: number): T {
  return present(items.at(index), `item ${index} of ${items.length}`);
}
