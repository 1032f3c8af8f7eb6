const forgottenAfterMs = 120_000;
const pruneEveryMs = 30_000;
/** If no sender was heard for this long, this node was disconnected: no sender is forgotten then. */
const disconnectedAfterMs = 10_000;

interface Sender {
  last: number;
  heardAt: number;
}

/**
 * What the number of a message means: the next one, a repeated one, the first after missed messages, or the first message heard of a
 * sender that has published before.
 */
export type Verdict = 'next' | 'repeated' | 'gap' | 'late';

/** Checks the message numbers of each sender, so that no message is handled twice and every loss is detected. */
export class BusOrder {
  private readonly senders = new Map<string, Sender>();
  private prunedAt = 0;
  private heardAt = 0;

  /** A sender's numbers begin at 1. */
  checkNumber(sender: string, number: number, now: number): Verdict {
    this.forgetSilent(now);
    const known = this.senders.get(sender);
    if (known === undefined) {
      this.senders.set(sender, { last: number, heardAt: now });
      return number === 1 ? 'next' : 'late';
    }
    known.heardAt = now;
    if (number <= known.last) return 'repeated';
    const isNext = number === known.last + 1;
    known.last = number;
    return isNext ? 'next' : 'gap';
  }

  private forgetSilent(now: number): void {
    const wasDisconnected = now - this.heardAt > disconnectedAfterMs;
    this.heardAt = now;
    if (now - this.prunedAt < pruneEveryMs) return;
    this.prunedAt = now;
    if (wasDisconnected) return;
    for (const [name, sender] of this.senders) if (now - sender.heardAt > forgottenAfterMs) this.senders.delete(name);
  }
}
