import { Inject, Injectable } from '@nestjs/common';
import { createRemoteJWKSet, decodeJwt, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { storableText } from '#contracts/primitives.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { AppError } from '#platform/errors/app-error.js';
import { accessTokenIssuer, expiryMaxSeconds, isFromFuture } from '../domain/access-claims.js';

/** Asymmetric only: with HS256 the issuer's public key would serve as a shared secret. */
const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const keysTimeoutMs = 3000;
const keysCooldownMs = 30_000;
const keysAgeMaxMs = 600_000;

const ExternalClaims = z.object({
  sub: storableText(1, 255),
  exp: z.int().positive().max(expiryMaxSeconds),
  iat: z.number().optional(),
  /** The issuer's own session, of which many tokens may be made. */
  sid: z.string().min(1).optional().catch(undefined),
  jti: z.string().min(1).optional().catch(undefined),
  preferred_username: z.string().optional().catch(undefined),
  name: z.string().optional().catch(undefined),
});
export type ExternalClaims = z.infer<typeof ExternalClaims>;

/** The one outside issuer that is trusted, as configured. */
interface TrustedIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: ReturnType<typeof createRemoteJWKSet>;
}

/** Tokens of the configured outside issuer. Keys come from its JWKS address alone; what a token's header says of keys is not followed, `kid` only picks among them. */
@Injectable()
export class ExternalTokens {
  private known: TrustedIssuer | undefined;

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  /** The trusted issuer whose name the token carries, unproven: it only decides how the token is verified. */
  issuerOf(token: string): string | undefined {
    const issuer = this.trusted()?.issuer;
    if (issuer === undefined || issuer === accessTokenIssuer) return undefined;
    try {
      return decodeJwt(token).iss === issuer ? issuer : undefined;
    } catch {
      return undefined;
    }
  }

  /** The claims once signature, algorithm, issuer, audience and time are verified. Throws `auth.expired`, `auth.invalidToken`, or `overloaded` when the keys cannot be had. */
  async verify(token: string): Promise<ExternalClaims> {
    const trusted = this.trusted();
    if (!trusted) throw new AppError('auth.invalidToken');
    const { issuer, audience, keys } = trusted;
    const options = { issuer, audience, algorithms, requiredClaims: ['exp', 'sub'] };
    const { payload } = await jwtVerify(token, keys, options).catch((error: unknown) => {
      throw externalTokenError(error);
    });
    const claims = ExternalClaims.safeParse(payload);
    if (!claims.success || isFromFuture(claims.data.iat, Date.now())) throw new AppError('auth.invalidToken');
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

/** A fault of the token is the caller's; keys that cannot be fetched are not, and the same request can work later. */
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
