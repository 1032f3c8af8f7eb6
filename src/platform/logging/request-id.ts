import { randomUUID } from 'node:crypto';

const accepted = /^[A-Za-z0-9_-]{1,64}$/;

/** The caller's request id if it consists of 1 to 64 of `A-Z a-z 0-9 _ -`, else a new one, so that callers cannot write arbitrary text to the log. */
export function requestIdFrom(given: unknown): string {
  return typeof given === 'string' && accepted.test(given) ? given : randomUUID();
}
