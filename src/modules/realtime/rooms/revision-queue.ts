interface Turn {
  /** Runs as soon as this revision was told. */
  readonly after: number;
  /** The revision that has been told when it ran. */
  readonly rev: number;
  readonly run: () => void;
}

/** Runs events in the order of their revisions, and actions between them; what comes too early waits. */
export class TurnQueue {
  /** Rising by `after`; among equals actions first, then what came first. */
  private readonly turns: Turn[] = [];

  /** `told`: the revision up to which everything was told. */
  constructor(private told: number) {}

  /** How much waits for an earlier revision. */
  get waiting(): number {
    return this.turns.length;
  }

  /** The event of this revision. One that is late, or comes again, runs at once. */
  event(rev: number, run: () => void): void {
    this.add({ after: rev - 1, rev, run });
  }

  /** Something that has to happen after this revision and before the next. */
  action(after: number, run: () => void): void {
    this.add({ after, rev: after, run });
  }

  /** Runs everything, gaps or not. */
  runAll(): void {
    for (let next = this.turns.shift(); next !== undefined; next = this.turns.shift()) this.run(next);
  }

  private add(turn: Turn): void {
    if (turn.after > this.told) {
      let place = this.turns.length;
      while (place > 0 && isBefore(turn, this.turns[place - 1])) place -= 1;
      this.turns.splice(place, 0, turn);
      return;
    }
    this.run(turn);
    while ((this.turns[0]?.after ?? Infinity) <= this.told) {
      const next = this.turns.shift();
      if (next !== undefined) this.run(next);
    }
  }

  private run({ rev, run }: Turn): void {
    this.told = Math.max(this.told, rev);
    run();
  }
}

function isBefore(turn: Turn, other: Turn | undefined): boolean {
  if (other === undefined) return false;
  return turn.after < other.after || (turn.after === other.after && turn.rev < other.rev);
}
