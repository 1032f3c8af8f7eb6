/** A peer that was not heard for so long is not waited for. */
const aliveMs = 3000;
const forgottenMs = 60_000;

interface Waiting {
  readonly missing: Set<string>;
  readonly resolve: () => void;
}

/** Who else listens, and which of them have yet to say that they handled what they were told. */
export class BusBarrier {
  private readonly heardAt = new Map<string, number>();
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;

  heard(peer: string, now: number): void {
    this.heardAt.set(peer, now);
  }

  /**
   * Asks all who listen, by `ask` with the number of the question. Resolves when all have answered, or after `withinMs`: one
   * of them may have died.
   */
  async wait(now: number, withinMs: number, ask: (number: number) => void): Promise<void> {
    const missing = this.listening(now);
    if (missing.size === 0) return;
    this.asked += 1;
    const number = this.asked;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve) => {
        this.waiting.set(number, { missing, resolve });
        timer = setTimeout(resolve, withinMs);
        ask(number);
      });
    } finally {
      clearTimeout(timer);
      this.waiting.delete(number);
    }
  }

  answered(number: number, peer: string): void {
    const waiting = this.waiting.get(number);
    if (waiting === undefined) return;
    waiting.missing.delete(peer);
    if (waiting.missing.size === 0) waiting.resolve();
  }

  private listening(now: number): Set<string> {
    const found = new Set<string>();
    for (const [peer, heardAt] of this.heardAt) {
      if (now - heardAt < aliveMs) found.add(peer);
      else if (now - heardAt > forgottenMs) this.heardAt.delete(peer);
    }
    return found;
  }
}
