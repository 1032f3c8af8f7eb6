import type { Highlight } from '#contracts/messages/schemas.js';
import { limits } from '#contracts/limits.js';
import type { SearchTerm } from './search-query.js';
import { type SearchUnit, splitIntoUnits } from './search-words.js';

/** Where the terms occur in a text: at most `highlightsMax` ranges in their order, which do not overlap. */
export function highlightsOf(text: string, terms: readonly SearchTerm[]): Highlight[] {
  const units = splitIntoUnits(text);
  const found: Highlight[] = [];
  for (let index = 0; index < units.length && found.length < limits.highlightsMax; index += 1) {
    const lengths = terms.map((term) => (occursAt(units, index, term) ? term.units.length : 0));
    const length = Math.max(0, ...lengths);
    if (length > 0) pushRange(found, units, index, length);
  }
  return found;
}

function occursAt(units: readonly SearchUnit[], index: number, { units: wanted, isPrefix }: SearchTerm): boolean {
  return wanted.every(({ folded }, offset) => {
    const there = units[index + offset]?.folded;
    if (there === undefined) return false;
    return isPrefix && offset === wanted.length - 1 ? there.startsWith(folded) : there === folded;
  });
}

function pushRange(found: Highlight[], units: readonly SearchUnit[], index: number, length: number): void {
  const start = units[index]?.start ?? 0;
  const end = units[index + length - 1]?.end ?? start;
  const last = found.at(-1);
  const lastEnd = last === undefined ? -1 : last.offset + last.length;
  if (last === undefined || start >= lastEnd) found.push({ offset: start, length: end - start });
  else if (end > lastEnd) found[found.length - 1] = { offset: last.offset, length: end - last.offset };
}
