import type { ReceiptSighting } from '../checker/history.js';

/** What observers were told of cursors: the newest of each is kept, and every telling that went back, with the one before it. */
export class ReceiptLog {
  /** Tellings in all. */
  heard = 0;
  /** For the checker: in order for each observer, conversation and user. */
  readonly kept: ReceiptSighting[] = [];
  private readonly newest = new Map<string, ReceiptSighting>();

  push(one: ReceiptSighting): void {
    this.heard += 1;
    const key = `${one.observer} ${one.conversationId} ${one.userId}`;
    const before = this.newest.get(key);
    this.newest.set(key, one);
    if (before !== undefined && (one.deliveredSeq < before.deliveredSeq || one.readSeq < before.readSeq)) this.kept.push(before, one);
  }
}
