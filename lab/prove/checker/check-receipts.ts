import type { Tally } from './findings.js';
import type { ReceiptSighting } from './history.js';

/** Cursors must only move forward for every observer. */
export function checkReceipts(sightings: readonly ReceiptSighting[], tally: Tally): void {
  const newest = new Map<string, ReceiptSighting>();
  for (const one of sightings) {
    const key = `${one.observer} ${one.conversationId} ${one.userId}`;
    const before = newest.get(key);
    if (before !== undefined && (one.deliveredSeq < before.deliveredSeq || one.readSeq < before.readSeq)) {
      tally.add('receiptsBack', () => {
        const cursors = `${before.deliveredSeq}/${before.readSeq} and then ${one.deliveredSeq}/${one.readSeq}`;
        return `${one.observer} saw ${cursors} as the cursors of ${one.userId}`;
      });
    }
    newest.set(key, one);
  }
}
