import type { ErrorCode } from '#contracts/errors.js';
import type { EventPayload } from '#contracts/events.js';

/** Why a socket is closed, and what the client does about it. */
export interface ClosingCode {
  readonly meaning: string;
  readonly duty: string;
}

/** Every code of `session.closing`. A missing code does not compile. */
export const closingCodes: Readonly<Record<EventPayload<'session.closing'>['code'], ClosingCode>> = {
  revoked: {
    meaning: 'The session has ended: by logout, by revocation, or because a spent refresh token was used again.',
    duty: 'Log in again. Do not reconnect with this token.',
  },
  expired: { meaning: 'The access token of this socket has expired.', duty: 'Refresh the token, connect again and sync.' },
  draining: { meaning: 'This server is shutting down.', duty: 'Connect again after `retryAfterMs` and sync.' },
  limit: {
    meaning: 'This socket exceeds a limit: it reads too slowly, it sent a frame that is too large, or the user has too many sockets.',
    duty: 'Connect again after `retryAfterMs` and sync. Do not send a frame again that was too large (`error`).',
  },
  malformed: {
    meaning: 'The client sent a packet that is not Socket.IO or not JSON.',
    duty: 'Correct the client. Connect again after `retryAfterMs` and sync.',
  },
};

/** The errors of a refused handshake. */
export const handshakeErrors = [
  'auth.required',
  'auth.invalidToken',
  'auth.expired',
  'rateLimited',
  'overloaded',
  'internal',
] as const satisfies readonly ErrorCode[];
