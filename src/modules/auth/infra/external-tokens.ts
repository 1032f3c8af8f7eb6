import { Inject, Injectable } from '@nestjs/common';
import { createRemoteJWKSet, decodeJwt, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { storableText } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { AppError } from '#platform/errors/app-error.js';
import { accessTokenIssuer, clockSkewMaxSeconds, expiryMaxSeconds, isFromFuture } from '../domain/access-claims.js';

/** Asymmetric algorithms only: with HS256, anybody could sign with the issuer's public key. */
const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const keysTimeoutMs = 3000;
const keysCooldownMs = 30_000;
const keysAgeMaxMs = 600_000;

const ExternalClaims = z.object({
  sub: storableText(1, 255),
  exp: z.int().positive().max(expiryMaxSeconds),
  iat: z.number().optional(),
  /** The issuer's own session, which may have many tokens. */
  sid: z.string().min(1).optional().catch(undefined),
  jti: z.string().min(1).optional().catch(undefined),
  preferred_username: z.string().optional().catch(undefined),
  name: z.string().optional().catch(undefined),
});
export type ExternalClaims = z.infer<typeof ExternalClaims>;

/** The configured outside issuer. */
interface TrustedIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: ReturnType<typeof createRemoteJWKSet>;
}

/**
 * Verifies tokens of the configured outside issuer. Keys come from its JWKS address alone: a token's header may pick one of them by
 * `kid`, and cannot name other keys or addresses.
 */
@Injectable()
export class ExternalTokens {
  private known: TrustedIssuer | undefined;

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** The trusted issuer if the token names it. Proves nothing: it only decides how the token is verified. */
  issuerOf(token: string): string | undefined {
    const issuer = this.trusted()?.issuer;
    if (issuer === undefined || issuer === accessTokenIssuer) return undefined;
    try {
      return decodeJwt(token).iss === issuer ? issuer : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * Verifies signature, algorithm, issuer, audience and time, and answers the claims. Throws `auth.expired`, `auth.invalidToken`, or
   * `overloaded` when the keys cannot be fetched.
   */
  async verifyToken(token: string): Promise<ExternalClaims> {
    const trusted = this.trusted();
    if (trusted === undefined) throw new AppError('auth.invalidToken');
    const { issuer, audience, keys } = trusted;
    const options = {
      issuer,
      audience,
      algorithms,
      requiredClaims: ['exp', 'sub'],
      currentDate: clock.date(),
      // For `nbf`: the issuer's clock may be ahead. A token is not accepted after its `exp`.
      clockTolerance: clockSkewMaxSeconds,
    };
    const { payload } = await jwtVerify(token, keys, options).catch((error: unknown) => {
      throw externalTokenError(error);
    });
    const claims = ExternalClaims.safeParse(payload);
    if (!claims.success || isFromFuture(claims.data.iat, clock.now())) throw new AppError('auth.invalidToken');
    if (claims.data.exp * 1000 <= clock.now()) throw new AppError('auth.expired');
    return claims.data;
  }

  private trusted(): TrustedIssuer | undefined {
    const { authJwksUrl, authIssuer, authAudience } = this.config;
    if (authJwksUrl === undefined || authIssuer === undefined || authAudience === undefined) return undefined;
    this.known ??= {
      issuer: authIssuer,
      audience: authAudience,
      keys: createRemoteJWKSet(new URL(authJwksUrl), {
        timeoutDuration: keysTimeoutMs,
        cooldownDuration: keysCooldownMs,
        cacheMaxAge: keysAgeMaxMs,
      }),
    };
    return this.known;
  }
}

/** A bad token is the caller's fault. Keys that cannot be fetched are not: the same request can succeed later. */
function externalTokenError(error: unknown): AppError {
  if (error instanceof errors.JWTExpired) return new AppError('auth.expired');
  const isKeyFailure = !(error instanceof errors.JOSEError) || error instanceof errors.JWKSTimeout || error.code === errors.JOSEError.code;
  if (isKeyFailure)
    return new AppError('overloaded', {
      detail: 'The keys of the issuer cannot be fetched at the moment.',
      retryAfterMs: keysTimeoutMs,
      cause: error,
    });
  return new AppError('auth.invalidToken');
}
