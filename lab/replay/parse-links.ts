import type { ChatLine } from './parse-chat.js';

/**
 * Reads an annotation file (`parent child -` per line); returns the line that each message replies to.
 *
 * A line with several parents gets the nearest earlier one. Links of a line to itself (it starts a topic) and links from or
 * to lines that are not sent as messages are ignored.
 */
export function parseLinks(annotation: string, lines: readonly ChatLine[]): Map<number, number> {
  const parentOf = new Map<number, number>();
  for (const row of annotation.split('\n')) {
    const link = /^(\d+) (\d+)\b/.exec(row);
    if (!link) continue;
    const parent = Number(link[1]);
    const child = Number(link[2]);
    if (parent >= child || lines[parent]?.kind !== 'message' || lines[child]?.kind !== 'message') continue;
    if (parent > (parentOf.get(child) ?? -1)) parentOf.set(child, parent);
  }
  return parentOf;
}
