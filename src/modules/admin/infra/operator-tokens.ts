import { hkdfSync, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { clock } from '#platform/clock/clock.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { AppError } from '#platform/errors/app-error.js';

/** Seconds an operator stays logged in. */
export const operatorTokenSeconds = 8 * 3600;

const issuer = 'parley';
const audience = 'parley-operator';
const algorithm = 'HS256';

const claimsSchema = z.object({ sub: z.string().min(1), jti: z.string().min(1), pwd: z.string().min(1), exp: z.number() });

/** The claims of a valid operator token. `passwordMark` changes with the password, `expiresAt` is in milliseconds since 1970. */
export interface OperatorClaims {
  readonly username: string;
  readonly tokenId: string;
  readonly passwordMark: string;
  readonly expiresAt: number;
}

/** Signs and verifies operators' tokens with a key of their own, so that a user's token never passes for an operator's, or the reverse. */
@Injectable()
export class OperatorTokens {
  private derived: Uint8Array | undefined;

  constructor(@Inject(CONFIG) private readonly config: Config) {}

  signToken(username: string, passwordMark: string): Promise<string> {
    const issuedAt = Math.floor(clock.now() / 1000);
    return new SignJWT({ pwd: passwordMark })
      .setProtectedHeader({ alg: algorithm })
      .setSubject(username)
      .setIssuer(issuer)
      .setAudience(audience)
      .setJti(randomUUID())
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + operatorTokenSeconds)
      .sign(this.key());
  }

  /** Throws `auth.expired` or `auth.invalidToken`. */
  async verifyToken(token: string): Promise<OperatorClaims> {
    try {
      const { payload } = await jwtVerify(token, this.key(), {
        algorithms: [algorithm],
        issuer,
        audience,
        currentDate: clock.date(),
        requiredClaims: ['exp', 'sub', 'jti'],
      });
      const { sub, jti, pwd, exp } = claimsSchema.parse(payload);
      return { username: sub, tokenId: jti, passwordMark: pwd, expiresAt: exp * 1000 };
    } catch (error) {
      throw new AppError(error instanceof errors.JWTExpired ? 'auth.expired' : 'auth.invalidToken', { cause: error });
    }
  }

  private key(): Uint8Array {
    this.derived ??= new Uint8Array(hkdfSync('sha256', this.config.authSecret, 'parley', 'operator token', 32));
    return this.derived;
  }
}
