/**
 * The text form of an array parameter whose values never need quotes: ids, numbers, ISO times and null. The driver would check
 * every character of every element, which is most of the cost of writing a list of ids.
 */
export function plainArray(values: ReadonlyArray<string | number | null>): string {
  return `{${values.map((value) => value ?? 'NULL').join(',')}}`;
}
