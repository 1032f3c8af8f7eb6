import type { LogEntry } from '../draft.js';

const compactAfter = 1024;

/**
 * The pending entries of one conversation, in `rev` order. Revisions follow one another without gaps, so an entry's place is
 * its `rev` less the first one's: finding, settling and reading from either end cost the same however many wait.
 */
export class ConversationWindow<E extends LogEntry> {
  private places: Array<E | undefined> = [];
  private start = 0;
  private count = 0;
  /** The `rev` of the first place. */
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

  /** Takes an entry out; answers whether it was there. */
  remove(rev: number): boolean {
    if (this.get(rev) === undefined) return false;
    this.places[rev - this.firstRev] = undefined;
    this.count -= 1;
    while (this.start < this.places.length && this.places[this.start] === undefined) this.start += 1;
    if (this.start > compactAfter && this.start * 2 > this.places.length) this.compact();
    return true;
  }

  /** The first `limit` entries that pass, in the given order. */
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
