/**
 * An array parameter as Postgres reads it, of values that never need quotes: ids, numbers, ISO times and null. The driver looks at every
 * character of every element, which is most of what writing a list of ids costs.
 */
export function plainArray(values: ReadonlyArray<string | number | null>): string {
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`;
}
