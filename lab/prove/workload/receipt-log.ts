import type { ReceiptSighting } from '../checker/history.js';

/** The cursors that observers received. Keeps the newest of each, and every cursor that moved back together with its predecessor. */
export class ReceiptLog {
  /** The number of all received cursors. */
  received = 0;
  /** For the checker, in order per observer, conversation and user. */
  readonly kept: ReceiptSighting[] = [];
  private readonly newest = new Map<string, ReceiptSighting>();

  push(one: ReceiptSighting): void {
    this.received += 1;
    const key = `${one.observer} ${one.conversationId} ${one.userId}`;
    const before = this.newest.get(key);
    this.newest.set(key, one);
    if (before !== undefined && (one.deliveredSeq < before.deliveredSeq || one.readSeq < before.readSeq)) this.kept.push(before, one);
  }
}
