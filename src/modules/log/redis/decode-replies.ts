/** The scripts' replies, checked part by part. Anything else than what the script's header says throws. */

/** A list of texts; numbers are written out. */
export function decodeTexts(reply: unknown): string[] {
  if (!Array.isArray(reply)) throw new Error('Redis did not answer with a list');
  return reply.map((part: unknown) => {
    if (typeof part === 'string') return part;
    if (typeof part === 'number') return String(part);
    throw new Error('Redis answered something else than text');
  });
}

/** A list of lists of texts. */
export function decodeLists(reply: unknown): string[][] {
  if (!Array.isArray(reply)) throw new Error('Redis did not answer with a list');
  return reply.map((part: unknown) => decodeTexts(part));
}

/** Pairs of a text and a list of texts, flat. */
export function decodeTextsAndLists(reply: unknown): Array<{ text: string; list: string[] }> {
  if (!Array.isArray(reply)) throw new Error('Redis did not answer with a list');
  const pairs: Array<{ text: string; list: string[] }> = [];
  for (let place = 0; place < reply.length; place += 2) {
    const [text = ''] = decodeTexts(reply.slice(place, place + 1));
    pairs.push({ text, list: decodeTexts(reply[place + 1]) });
  }
  return pairs;
}

export function decodeNumber(reply: unknown): number {
  const number = Number(reply);
  if (!Number.isFinite(number)) throw new Error('Redis did not answer with a number');
  return number;
}

/** The items of a flat list in groups of `size`. */
export function inGroups<T>(list: readonly T[], size: number): T[][] {
  const groups: T[][] = [];
  for (let place = 0; place < list.length; place += size) groups.push(list.slice(place, place + size));
  return groups;
}
