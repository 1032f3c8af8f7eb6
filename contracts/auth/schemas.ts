import { z } from 'zod';
import { AckError } from '../failures.js';
import { limits } from '../limits.js';
import { ClientId, ConversationId, Epoch, Rev, SeqCursor, SessionId, storableText, Timestamp, UserId } from '../primitives.js';
import { DisplayName, User, Username } from '../users/schemas.js';

export const Password = storableText(8, 256).meta({
  id: 'Password',
  description: '8 to 256 characters, used exactly as sent: nothing is trimmed, folded or truncated.',
});

export const Session = z
  .object({
    user: User,
    accessToken: z.string(),
    refreshToken: z
      .string()
      .describe('Can be used once; refreshing returns the next one. A repeated refresh returns the same next one for a short time.'),
    expiresIn: z.int().describe('Seconds until the access token expires.'),
    sessionId: SessionId,
  })
  .meta({ id: 'Session', description: 'The answer to a registration, a login or a refresh: who is logged in, and the tokens.' });
export type Session = z.infer<typeof Session>;

export const SessionInfo = z
  .object({
    id: SessionId,
    createdAt: Timestamp,
    lastUsedAt: Timestamp,
    userAgent: z.string().nullable(),
    current: z.boolean().describe('Whether this request was made with this session.'),
  })
  .meta({ id: 'SessionInfo', description: 'One of the sessions of the caller.' });
export type SessionInfo = z.infer<typeof SessionInfo>;

export const RegisterBody = z
  .strictObject({ username: Username, password: Password, displayName: DisplayName.optional() })
  .meta({ id: 'RegisterBody', description: 'A new account. Without a display name, the user name is displayed.' });
export type RegisterBody = z.infer<typeof RegisterBody>;

export const LoginBody = z
  .strictObject({ username: storableText(1, 64), password: storableText(1, 256) })
  .meta({ id: 'LoginBody', description: 'The credentials of an account.' });
export type LoginBody = z.infer<typeof LoginBody>;

export const GuestBody = z
  .strictObject({ displayName: DisplayName.optional() })
  .meta({ id: 'GuestBody', description: 'A new guest account. Without a display name, one such as `Guest 7k2m` is generated.' });
export type GuestBody = z.infer<typeof GuestBody>;

export const RefreshBody = z
  .strictObject({ refreshToken: z.string().min(1).max(8192) })
  .meta({ id: 'RefreshBody', description: 'The latest refresh token of the session.' });

export const SessionTarget = z.strictObject({ sessionId: SessionId }).meta({ id: 'SessionTarget', description: 'Names a session.' });

/** `z.json()` is recursive, which Zod does not compile. */
const Nonce = z
  .unknown()
  .refine((value) => value !== undefined, 'is required')
  .refine((value) => isNestedWithin(value, limits.nonceDepthMax), 'is nested too deeply')
  .refine((value) => jsonBytes(value) <= limits.nonceBytesMax, `is over ${limits.nonceBytesMax} bytes`)
  .meta({ id: 'Nonce', description: 'Any JSON value, at most 1 KiB when serialized, and 16 levels deep.' });

export const Ping = z.strictObject({ nonce: Nonce }).meta({ id: 'Ping', description: 'Any JSON value, to be returned unchanged.' });
export const Pong = z
  .object({ nonce: z.unknown(), serverTime: Timestamp })
  .meta({ id: 'Pong', description: 'The nonce of the ping, and the time on the server.' });

export const CommandFailed = z
  .object({
    command: z.string().describe('The name that the client sent, cut to 128 characters.'),
    clientId: ClientId.nullable().describe('The `clientId` that the client sent, if any: it tells which send failed.'),
    error: AckError,
  })
  .meta({ id: 'CommandFailed', description: 'A command that was sent without an acknowledgement callback failed.' });

export const SessionReady = z
  .object({
    sessionId: SessionId,
    userId: UserId,
    serverTime: Timestamp,
    conversations: z
      .array(z.object({ id: ConversationId, epoch: Epoch, seq: SeqCursor, rev: Rev }))
      .describe('The conversations of the user, each with its newest `seq` and `rev`.'),
  })
  .meta({ id: 'SessionReady', description: 'Who is connected, and where each of their conversations stands.' });

export const SessionClosing = z
  .object({
    code: z.enum(['revoked', 'expired', 'draining', 'limit', 'malformed']),
    reason: z.string(),
    retryAfterMs: z.int().nullable().describe('Milliseconds to wait before connecting again; null where waiting does not help.'),
    error: AckError.optional(),
  })
  .meta({
    id: 'SessionClosing',
    description: 'Why the server closes the socket. After a frame that is too large, `error` is `payload.tooLarge` with its `limit`.',
  });

/** Depth is checked first, so that nothing recurses deeper. */
function isNestedWithin(value: unknown, depthLeft: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depthLeft > 0 && Object.values(value).every((child) => isNestedWithin(child, depthLeft - 1));
}

/** Infinity for what cannot be written as JSON. Runs beside the check of the depth, so the value may be nested deeply. */
function jsonBytes(value: unknown): number {
  if (value === undefined) return 0;
  try {
    return new TextEncoder().encode(JSON.stringify(value)).length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
