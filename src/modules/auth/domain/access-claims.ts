import { z } from 'zod';
import { SessionId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import type { Caller } from '../../../transport/caller.js';

/** What an access token of Parley's own is pinned to. */
export const accessTokenIssuer = 'parley';
export const accessTokenAudience = 'parley-api';
export const accessTokenAlgorithm = 'HS256' as const;

/** Longest token that is looked at at all; ours are about 400 characters, those of outside issuers a few thousand. */
export const tokenCharactersMax = 8192;

/** End of the year 9999 in seconds: no honest token is meant to live longer, and dates beyond it cannot be stored. */
export const expiryMaxSeconds = 253_402_300_799;

/** How far a clock may be ahead of ours, in seconds. */
const clockSkewMaxSeconds = 60;

/** Strict: a header that names keys (`kid`, `jku`, `x5u`, `jwk`) was not written by us. */
const AccessHeader = z.strictObject({ alg: z.literal(accessTokenAlgorithm), typ: z.literal('JWT') });

/** A token for another purpose has another `typ` claim or none; an array as `aud` is not ours either. */
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
 * The caller that a decoded token names, once its signature, time, issuer and audience are verified: checks that the
 * claims are all there and of the right kind. Throws `auth.invalidToken`.
 */
export function callerOfAccessToken(decoded: unknown, nowMs: number): Caller {
  const parsed = DecodedToken.safeParse(decoded);
  if (!parsed.success) throw new AppError('auth.invalidToken');
  const { sub, sid, exp, iat } = parsed.data.payload;
  if (isFromFuture(iat, nowMs)) throw new AppError('auth.invalidToken');
  return { userId: sub, sessionId: sid, expiresAt: exp * 1000 };
}

/** Whether a token says it was made later than a clock could be wrong. */
export function isFromFuture(issuedAtSeconds: number | undefined, nowMs: number): boolean {
  return issuedAtSeconds !== undefined && issuedAtSeconds > nowMs / 1000 + clockSkewMaxSeconds;
}
