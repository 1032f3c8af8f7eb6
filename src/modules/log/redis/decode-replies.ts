/** Decodes the replies of the scripts. A reply that differs from the script's header throws. */

/** A list of strings; numbers become decimal strings. */
export function decodeTexts(reply: unknown): string[] {
  if (!Array.isArray(reply)) throw new Error('Redis did not answer with a list');
  return reply.map((part: unknown) => {
    if (typeof part === 'string') return part;
    if (typeof part === 'number') return String(part);
    throw new Error('Redis answered with something other than text');
  });
}

/** A list of lists of strings. */
export function decodeLists(reply: unknown): string[][] {
  if (!Array.isArray(reply)) throw new Error('Redis did not answer with a list');
  return reply.map((part: unknown) => decodeTexts(part));
}

/** A flat list that alternates between a string and a list of strings. */
export function decodeTextsAndLists(reply: unknown): Array<{ text: string; list: string[] }> {
  if (!Array.isArray(reply)) throw new Error('Redis did not answer with a list');
  const pairs: Array<{ text: string; list: string[] }> = [];
  for (let place = 0; place < reply.length; place += 2) {
    const [text = ''] = decodeTexts(reply.slice(place, place + 1));
    pairs.push({ text, list: decodeTexts(reply[place + 1]) });
  }
  return pairs;
}

/** A number, or a string that contains a number. */
export function decodeNumber(reply: unknown): number {
  const number = Number(reply);
  if (!Number.isFinite(number)) throw new Error('Redis did not answer with a number');
  return number;
}

/** Splits a flat list into groups of `size` items. */
export function inGroups<T>(list: readonly T[], size: number): T[][] {
  const groups: T[][] = [];
  for (let place = 0; place < list.length; place += size) groups.push(list.slice(place, place + size));
  return groups;
}
