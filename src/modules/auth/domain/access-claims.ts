import { z } from 'zod';
import { SessionId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import type { Caller } from '../../../transport/caller.js';

/** The claims that every access token of Parley's own must carry. */
export const accessTokenIssuer = 'parley';
export const accessTokenAudience = 'parley-api';
export const accessTokenAlgorithm = 'HS256' as const;

/** Longer tokens are refused unread. Ours have about 400 characters, those of outside issuers a few thousand. */
export const tokenCharactersMax = 8192;

/** The end of the year 9999 in seconds: no honest token lives longer, and later dates cannot be stored. */
export const expiryMaxSeconds = 253_402_300_799;

/** The most seconds that another clock may be ahead of ours. */
export const clockSkewMaxSeconds = 60;

/** Strict: we never write a header that names keys (`kid`, `jku`, `x5u`, `jwk`). */
const AccessHeader = z.strictObject({ alg: z.literal(accessTokenAlgorithm), typ: z.literal('JWT') });

/** A token for another purpose has another `typ` claim or none. Our `aud` is never an array. */
const AccessClaims = z.object({
  iss: z.literal(accessTokenIssuer),
  aud: z.literal(accessTokenAudience),
  typ: z.literal('access'),
  sub: UserId,
  sid: SessionId,
  jti: z.string().min(1),
  exp: z.int().positive().max(expiryMaxSeconds),
  iat: z.int().optional(),
});

const DecodedToken = z.object({ header: AccessHeader, payload: AccessClaims });

/**
 * The caller of a decoded token whose signature, time, issuer and audience are verified. Throws `auth.invalidToken` if a claim is
 * missing or of the wrong kind.
 */
export function callerOfAccessToken(decoded: unknown, nowMs: number): Caller {
  const parsed = DecodedToken.safeParse(decoded);
  if (!parsed.success) throw new AppError('auth.invalidToken');
  const { sub, sid, exp, iat } = parsed.data.payload;
  if (isFromFuture(iat, nowMs)) throw new AppError('auth.invalidToken');
  return { userId: sub, sessionId: sid, expiresAt: exp * 1000 };
}

/** Whether a token was issued further in the future than clocks may differ. */
export function isFromFuture(issuedAtSeconds: number | undefined, nowMs: number): boolean {
  return issuedAtSeconds !== undefined && issuedAtSeconds > nowMs / 1000 + clockSkewMaxSeconds;
}
