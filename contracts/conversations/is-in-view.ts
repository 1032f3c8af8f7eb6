/**
 * Whether a message is in the view of a member: the one rule for reads, changes and live events. A view begins at the first message, or at
 * the first one after the member joined, as the policy said at that time; `visibleFromSeq` is the lowest `seq` in it.
 */
export function isInView(visibleFromSeq: number, seq: number): boolean {
  return seq >= visibleFromSeq;
}
