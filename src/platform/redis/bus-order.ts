const forgottenAfterMs = 120_000;
const pruneEveryMs = 30_000;
/** When nobody was heard for so long, it was us who did not hear: nobody is forgotten then. */
const deafAfterMs = 10_000;

interface Sender {
  last: number;
  heardAt: number;
}

/**
 * What the number of a message says: the next one, one that was here before, the first after missed ones, or the first that was
 * ever heard of a sender who has told others before.
 */
export type Verdict = 'next' | 'repeated' | 'gap' | 'late';

/** Watches the numbers of senders, so that nothing is taken twice and nothing is missed without a word. */
export class BusOrder {
  private readonly senders = new Map<string, Sender>();
  private prunedAt = 0;
  private heardAt = 0;

  /** Numbers of a sender begin at 1. */
  take(sender: string, number: number, now: number): Verdict {
    this.prune(now);
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

  private prune(now: number): void {
    const isDeaf = now - this.heardAt > deafAfterMs;
    this.heardAt = now;
    if (now - this.prunedAt < pruneEveryMs) return;
    this.prunedAt = now;
    if (isDeaf) return;
    for (const [name, sender] of this.senders) if (now - sender.heardAt > forgottenAfterMs) this.senders.delete(name);
  }
}
