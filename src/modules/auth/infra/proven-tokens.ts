import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../../../transport/caller.js';

/** One is about a kilobyte. */
const tokensMax = 10_000;

/**
 * Access tokens of Parley's own whose signature and claims were verified: what they say never changes, so it is verified once and
 * not at every request. Whether the session still stands is another question, and is asked each time.
 */
@Injectable()
export class ProvenTokens {
  private readonly callers = new LRUCache<string, Caller>({ max: tokensMax });

  /** Who the token speaks for; undefined when it was not proven lately, or is past its time. */
  recall(token: string, now = Date.now()): Caller | undefined {
    const caller = this.callers.get(token);
    if (caller === undefined || caller.expiresAt > now) return caller;
    this.callers.delete(token);
    return undefined;
  }

  remember(token: string, caller: Caller): void {
    this.callers.set(token, caller);
  }
}
