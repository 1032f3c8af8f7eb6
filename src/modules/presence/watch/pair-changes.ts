import { LRUCache } from 'lru-cache';
import type { UserId } from '#contracts/primitives.js';

/** Pairs that are remembered. A read takes much less time than this many changes do. */
const pairsMax = 50_000;

/** Orders the changes of pairs of users and the reads about them: what was read before a change must not be applied after it. */
export class PairChanges {
  private readonly changedAt = new LRUCache<string, number>({ max: pairsMax });
  private turn = 0;

  /** The present moment, for `hasChanged`. */
  get now(): number {
    return this.turn;
  }

  markChanged(viewerId: UserId, userId: UserId): void {
    this.turn += 1;
    this.changedAt.set(`${viewerId} ${userId}`, this.turn);
  }

  /** Whether the pair has changed after that moment. */
  hasChanged(viewerId: UserId, userId: UserId, since: number): boolean {
    return (this.changedAt.get(`${viewerId} ${userId}`) ?? 0) > since;
  }
}
