/** A peer that was silent for longer is not waited for. */
const aliveMs = 3000;
const forgottenMs = 60_000;

interface Waiting {
  readonly missing: Set<string>;
  readonly resolve: () => void;
}

/** Knows which other nodes listen, and waits until all of them have handled the messages of this one. */
export class BusBarrier {
  private readonly heardAt = new Map<string, number>();
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;

  /** A message of this listening node arrived. */
  notePeer(peer: string, now: number): void {
    this.heardAt.set(peer, now);
  }

  /** Asks all listening nodes: `ask` sends the number of the question. Resolves when all have answered, or after `withinMs`, because a node may have died. */
  async awaitAnswers(now: number, withinMs: number, ask: (number: number) => void): Promise<void> {
    const missing = this.alivePeers(now);
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

  /** The peer has answered the question of this number. */
  noteAnswer(number: number, peer: string): void {
    const waiting = this.waiting.get(number);
    if (waiting === undefined) return;
    waiting.missing.delete(peer);
    if (waiting.missing.size === 0) waiting.resolve();
  }

  private alivePeers(now: number): Set<string> {
    const found = new Set<string>();
    for (const [peer, heardAt] of this.heardAt) {
      if (now - heardAt < aliveMs) found.add(peer);
      else if (now - heardAt > forgottenMs) this.heardAt.delete(peer);
    }
    return found;
  }
}
