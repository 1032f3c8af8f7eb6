import type { Sighting } from '../checker/history.js';
import { ShownList } from './shown-list.js';

/** Something with a `rev` that happened in a conversation; with a message when it shows one. */
export interface Change {
  readonly rev: number;
  readonly message: Sighting | null;
}

/**
 * What one client knows of one conversation, kept as the contract tells clients to: by `rev`, what overlaps is dropped,
 * what runs ahead is held back until the gap is closed by a catch-up.
 */
export class ConversationView {
  epoch = '';
  rev = 0;
  /** Everything that was applied, in that order. */
  readonly shown: ShownList;
  /** Live events that came after a later one on the same connection. */
  inversions = 0;
  /** Live events that were known already. */
  repeats = 0;
  /** Times it had to load everything afresh. */
  resets = 0;
  private readonly held = new Map<number, Change>();
  private newestLiveRev = 0;

  constructor(
    readonly conversationId: string,
    readonly fromSeq = 1,
  ) {
    this.shown = new ShownList(conversationId);
  }

  /** True when something runs ahead of what is applied: time for a catch-up. */
  get hasGap(): boolean {
    return this.held.size > 0;
  }

  /** A new connection: its events stand in no order to those of the last one. */
  connected(): void {
    this.newestLiveRev = 0;
  }

  /** A live event. */
  live(change: Change, epoch: string): void {
    if (epoch !== this.epoch) return;
    if (change.rev < this.newestLiveRev) this.inversions += 1;
    this.newestLiveRev = Math.max(this.newestLiveRev, change.rev);
    if (change.rev <= this.rev) this.repeats += 1;
    else this.held.set(change.rev, change);
    this.applyHeld();
  }

  /** A page of a catch-up: everything up to `rev`. */
  caughtUp(rev: number, messages: readonly Sighting[]): void {
    for (const message of messages) this.shown.push(message);
    this.rev = Math.max(this.rev, rev);
    for (const held of this.held.keys()) if (held <= this.rev) this.held.delete(held);
    this.applyHeld();
  }

  /** Another life of the log: what is known stays shown, everything is loaded again. */
  reset(epoch: string): void {
    if (this.epoch !== '') this.resets += 1;
    this.epoch = epoch;
    this.rev = 0;
    this.held.clear();
    this.newestLiveRev = 0;
  }

  private applyHeld(): void {
    for (let next = this.held.get(this.rev + 1); next !== undefined; next = this.held.get(this.rev + 1)) {
      this.held.delete(next.rev);
      this.rev = next.rev;
      if (next.message !== null) this.shown.push(next.message);
    }
  }
}
