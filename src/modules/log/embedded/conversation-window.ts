import type { LogEntry } from '../draft.js';

const compactAfter = 1024;

/**
 * The pending entries of one conversation in `rev` order. Revisions have no gaps, so an entry's index is its `rev` minus the first
 * `rev`: the cost of finding, settling and reading from either end does not grow with the number of entries.
 */
export class ConversationWindow<E extends LogEntry> {
  private places: Array<E | undefined> = [];
  private start = 0;
  private count = 0;
  /** The `rev` of index 0. */
  private firstRev = 1;

  get size(): number {
    return this.count;
  }

  add(entry: E): void {
    if (this.count === 0) {
      this.places = [];
      this.start = 0;
      this.firstRev = entry.rev;
    }
    this.places[entry.rev - this.firstRev] = entry;
    this.count += 1;
  }

  get(rev: number): E | undefined {
    return this.places[rev - this.firstRev];
  }

  /** Removes an entry; returns whether it was present. */
  remove(rev: number): boolean {
    if (this.get(rev) === undefined) return false;
    this.places[rev - this.firstRev] = undefined;
    this.count -= 1;
    while (this.start < this.places.length && this.places[this.start] === undefined) this.start += 1;
    if (this.start > compactAfter && this.start * 2 > this.places.length) this.compact();
    return true;
  }

  /** The first `limit` entries for which `passes` is true, in the given order. */
  find(order: 'asc' | 'desc', limit: number, passes: (entry: E) => boolean): E[] {
    const found: E[] = [];
    const last = this.places.length - 1;
    for (let step = 0; step <= last - this.start && found.length < limit; step += 1) {
      const entry = this.places[order === 'asc' ? this.start + step : last - step];
      if (entry !== undefined && passes(entry)) found.push(entry);
    }
    return found;
  }

  private compact(): void {
    this.places = this.places.slice(this.start);
    this.firstRev += this.start;
    this.start = 0;
  }
}
