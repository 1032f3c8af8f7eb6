import type { TermsBody } from '#contracts/conversations/schemas.js';

/** When a ban or a mute ends by itself, or null, and why it was imposed. */
export interface Terms {
  readonly until: Date | null;
  readonly reason: string | null;
}

/** The terms of a request: without an end and without a reason unless it names them. */
export function termsOf({ until, reason }: TermsBody): Terms {
  return { until: until === undefined || until === null ? null : new Date(until), reason: reason ?? null };
}

/** Whether two terms are the same. */
export function sameTerms(a: Terms, b: Terms): boolean {
  return a.until?.getTime() === b.until?.getTime() && a.reason === b.reason;
}
