import { createSecretKey, type KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { JwtService, TokenExpiredError } from '@nestjs/jwt';
import type { SessionId, UserId } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { AppError } from '#platform/errors/app-error.js';
import { newId } from '#platform/ids.js';
import type { Caller } from '../../../transport/caller.js';
import { accessTokenAlgorithm, accessTokenAudience, accessTokenIssuer, callerOfAccessToken } from '../domain/access-claims.js';

/** The key of access tokens. Given the text itself, jsonwebtoken would first try to parse it as PEM, which costs a millisecond per verification. */
export function accessTokenKey(config: Pick<Config, 'authSecret'>): KeyObject {
  return createSecretKey(Buffer.from(config.authSecret));
}

/** How `jsonwebtoken` verifies our tokens, for REST (passport) and sockets alike. Use it with `complete`, which returns the header too. */
export function verifyOptions() {
  return { algorithms: [accessTokenAlgorithm], issuer: accessTokenIssuer, audience: accessTokenAudience };
}

/** Issues and verifies Parley's own access tokens: JWTs signed with HS256 that name a user and a session. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly jwt: JwtService,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** A token that expires after `AUTH_ACCESS_TTL_SECONDS`. */
  issueToken(userId: UserId, sessionId: SessionId): Promise<string> {
    return this.jwt.signAsync(
      { typ: 'access', sid: sessionId },
      {
        algorithm: accessTokenAlgorithm,
        issuer: accessTokenIssuer,
        audience: accessTokenAudience,
        subject: userId,
        jwtid: newId<string>(),
        expiresIn: this.config.authAccessTtlSeconds,
      },
    );
  }

  /** The caller of the token; does not check the session. Throws `auth.expired` or `auth.invalidToken`. */
  async verifyToken(token: string): Promise<Caller> {
    const decoded: unknown = await this.jwt.verifyAsync(token, { ...verifyOptions(), complete: true }).catch((error: unknown) => {
      throw tokenError(error);
    });
    return callerOfAccessToken(decoded, clock.now());
  }
}

/** Translates an error of `jsonwebtoken`: a token counts as expired only if everything else about it is valid. */
export function tokenError(error: unknown): AppError {
  return new AppError(error instanceof TokenExpiredError ? 'auth.expired' : 'auth.invalidToken');
}
