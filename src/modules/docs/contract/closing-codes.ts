import type { ErrorCode } from '#contracts/errors.js';
import type { EventPayload } from '#contracts/events.js';

/** What happened, and what the client has to do about it. */
export interface ClosingCode {
  readonly meaning: string;
  readonly duty: string;
}

/** Every code of `session.closing`; one that is missing here does not compile. */
export const closingCodes: Readonly<Record<EventPayload<'session.closing'>['code'], ClosingCode>> = {
  revoked: {
    meaning: 'The session was ended: logout, revocation, or reuse of a spent refresh token.',
    duty: 'Log in again; do not reconnect with this token.',
  },
  expired: { meaning: 'The access token of this socket is past its time.', duty: 'Refresh the token, then connect again and sync.' },
  draining: { meaning: 'This server is shutting down.', duty: 'Connect again after `retryAfterMs`, then sync.' },
  limit: {
    meaning: 'This socket is over a limit: too slow a reader, or too many sockets of one user.',
    duty: 'Sync after connecting again; wait for `retryAfterMs` first.',
  },
};

/** What a refused handshake can carry. */
export const handshakeErrors = [
  'auth.required',
  'auth.invalidToken',
  'auth.expired',
  'rateLimited',
  'overloaded',
  'internal',
] as const satisfies readonly ErrorCode[];
