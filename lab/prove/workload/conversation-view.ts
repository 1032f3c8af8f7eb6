import type { Sighting } from '../checker/history.js';
import { ShownList } from './shown-list.js';

/** A change of a conversation with its `rev`, and with the message if it shows one. */
export interface Change {
  readonly rev: number;
  readonly message: Sighting | null;
}

/**
 * What one client knows of one conversation, kept by `rev` as the contract tells clients to: duplicates are dropped, and a change
 * that runs ahead waits until a catch-up closes the gap.
 */
export class ConversationView {
  epoch = '';
  rev = 0;
  /** Everything that was applied, in order. */
  readonly shown: ShownList;
  /** The number of live events that arrived after a later one on the same connection. */
  inversions = 0;
  /** The number of live events that were known already. */
  repeats = 0;
  /** How often everything had to be loaded afresh. */
  resets = 0;
  private readonly held = new Map<number, Change>();
  private newestLiveRev = 0;

  constructor(
    readonly conversationId: string,
    readonly fromSeq = 1,
  ) {
    this.shown = new ShownList(conversationId);
  }

  /** Whether a change runs ahead of the applied ones, so that a catch-up is needed. */
  get hasGap(): boolean {
    return this.held.size > 0;
  }

  /** Notes a new connection. Its events have no order relative to those of the last connection. */
  connected(): void {
    this.newestLiveRev = 0;
  }

  /** Applies a live event. */
  live(change: Change, epoch: string): void {
    if (epoch !== this.epoch) return;
    if (change.rev < this.newestLiveRev) this.inversions += 1;
    this.newestLiveRev = Math.max(this.newestLiveRev, change.rev);
    if (change.rev <= this.rev) this.repeats += 1;
    else this.held.set(change.rev, change);
    this.applyHeld();
  }

  /** Applies a page of a catch-up, which covers everything up to `rev`. */
  caughtUp(rev: number, messages: readonly Sighting[]): void {
    for (const message of messages) this.shown.push(message);
    this.rev = Math.max(this.rev, rev);
    for (const held of this.held.keys()) if (held <= this.rev) this.held.delete(held);
    this.applyHeld();
  }

  /** Starts a new epoch: known messages stay shown, and everything is loaded again. */
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
