/** What a bucket decides about one more command. */
export type Verdict = { readonly kind: 'taken' } | { readonly kind: 'wait'; readonly retryAfterMs: number } | { readonly kind: 'flood' };

const taken: Verdict = { kind: 'taken' };
const flood: Verdict = { kind: 'flood' };

/**
 * Allows `perSecond` commands, and bursts of twice as many. Refused commands are counted, and the count falls at the same rate. A client
 * with refusals worth ten seconds is flooding. Times are milliseconds of one clock.
 */
export class TokenBucket {
  private tokens: number;
  private refused = 0;

  constructor(
    private readonly perSecond: number,
    private updatedAt: number,
  ) {
    this.tokens = perSecond * 2;
  }

  takeToken(now: number): Verdict {
    const gained = (Math.max(0, now - this.updatedAt) / 1000) * this.perSecond;
    this.updatedAt = now;
    this.tokens = Math.min(this.perSecond * 2, this.tokens + gained);
    this.refused = Math.max(0, this.refused - gained);
    if (this.tokens >= 1) {
      this.tokens -= 1;
      return taken;
    }
    this.refused += 1;
    if (this.refused > this.perSecond * 10) return flood;
    return { kind: 'wait', retryAfterMs: Math.ceil(((1 - this.tokens) / this.perSecond) * 1000) };
  }
}
