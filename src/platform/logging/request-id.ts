import { randomUUID } from 'node:crypto';

const accepted = /^[A-Za-z0-9_-]{1,64}$/;

/** The caller's request id when it is 1 to 64 of `A-Z a-z 0-9 _ -`, else a new one: nothing else gets into the log that way. */
export function requestIdFrom(given: unknown): string {
  return typeof given === 'string' && accepted.test(given) ? given : randomUUID();
}
