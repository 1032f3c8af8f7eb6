import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { clock } from '#platform/clock/clock.js';
import type { Caller } from '../../../transport/caller.js';

/** One takes about a kilobyte. */
const tokensMax = 10_000;

/**
 * Remembers access tokens of Parley's own whose signature and claims were verified. The claims of a token never change, so it is
 * verified once and not at every request. Whether its session is still open is checked each time, elsewhere.
 */
@Injectable()
export class ProvenTokens {
  private readonly callers = new LRUCache<string, Caller>({ max: tokensMax });

  /** The caller of a remembered token; undefined for other tokens and once the token has expired. */
  recallCaller(token: string, now = clock.now()): Caller | undefined {
    const caller = this.callers.get(token);
    if (caller === undefined || caller.expiresAt > now) return caller;
    this.callers.delete(token);
    return undefined;
  }

  rememberToken(token: string, caller: Caller): void {
    this.callers.set(token, caller);
  }
}
