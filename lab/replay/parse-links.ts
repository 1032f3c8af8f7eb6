import type { ChatLine } from './parse-chat.js';

/**
 * Reads an annotation file (`parent child -` per line) into the line each message answers.
 *
 * A line that answers several is given the nearest earlier one. A link of a line to itself (it starts a topic), and one
 * from or to a line that is not sent as a message, is ignored.
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
