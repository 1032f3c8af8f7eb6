interface Entry {
  /** The entry runs once the events up to this revision have run. */
  readonly after: number;
  /** The revision that counts as emitted once the entry has run. */
  readonly rev: number;
  readonly run: () => void;
}

/** Runs events in the order of their revisions, and actions between them. An entry that comes too early waits. */
export class RevisionQueue {
  /** Ascending by `after`. Among equals, actions come first, then older entries. */
  private readonly entries: Entry[] = [];

  /** `emittedRev` is the revision up to which all events have run. */
  constructor(private emittedRev: number) {}

  /** How many entries wait for an earlier revision. */
  get waitingCount(): number {
    return this.entries.length;
  }

  /** Adds the event of a revision. A late or repeated event runs at once. */
  addEvent(rev: number, run: () => void): void {
    this.add({ after: rev - 1, rev, run });
  }

  /** Adds an action that has to run after this revision and before the next. */
  addAction(after: number, run: () => void): void {
    this.add({ after, rev: after, run });
  }

  /** Runs all entries, regardless of gaps. */
  runAll(): void {
    for (let next = this.entries.shift(); next !== undefined; next = this.entries.shift()) this.run(next);
  }

  private add(entry: Entry): void {
    if (entry.after > this.emittedRev) {
      let index = this.entries.length;
      while (index > 0 && isBefore(entry, this.entries[index - 1])) index -= 1;
      this.entries.splice(index, 0, entry);
      return;
    }
    this.run(entry);
    while ((this.entries[0]?.after ?? Infinity) <= this.emittedRev) {
      const next = this.entries.shift();
      if (next !== undefined) this.run(next);
    }
  }

  private run({ rev, run }: Entry): void {
    this.emittedRev = Math.max(this.emittedRev, rev);
    run();
  }
}

function isBefore(entry: Entry, other: Entry | undefined): boolean {
  if (other === undefined) return false;
  return entry.after < other.after || (entry.after === other.after && entry.rev < other.rev);
}
