/** The value, which the test knows to be there; throws with its name where it is not. */
export function present<T>(value: T | null | undefined, what = 'value'): T {
  if (value === null || value === undefined) throw new Error(`${what} is missing`);
  return value;
}

/** The item at `index` (negative: from the end). */
export function itemAt<T>(items: readonly T[], index: number): T {
  return present(items.at(index), `item ${index} of ${items.length}`);
}
