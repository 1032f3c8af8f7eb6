import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Session } from '#contracts/auth/schemas.js';
import type { SessionId, UserId } from '#contracts/primitives.js';
import { clock } from '#platform/clock/clock.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { AppError } from '#platform/errors/app-error.js';
import { Users } from '../../users/users.js';
import { nextRefreshToken, refreshTokenHash, refreshTokenKey } from '../domain/refresh-token.js';
import { sessionLifetime } from '../domain/session-lifetime.js';
import { AccessTokens } from '../infra/access-tokens.js';
import { SessionStates } from '../infra/session-states.js';
import { SessionStore } from '../infra/session-store.js';
import { RevokeSession } from '../revoke-session.js';

/**
 * Exchanges a refresh token for a new pair of tokens and spends it. A spent token that is used again revokes the whole session,
 * because a thief and the owner cannot be told apart (RFC 9700, section 4.14.2).
 *
 * A refresh that is repeated within `AUTH_REFRESH_GRACE_SECONDS` gets the same next token: its response was lost, or two tabs sent it.
 * A thief gains nothing from that: there is still one next token, and its second use reveals the theft as before. Once the next token
 * was used, its owner has received it, and the grace period is over.
 */
@Injectable()
export class RefreshSession {
  private readonly logger = new Logger(RefreshSession.name);
  private readonly key: Buffer;

  constructor(
    private readonly store: SessionStore,
    private readonly states: SessionStates,
    private readonly accessTokens: AccessTokens,
    private readonly users: Users,
    private readonly revokeSession: RevokeSession,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.key = refreshTokenKey(config.authSecret);
  }

  /** Throws `auth.expired`, and `auth.invalidToken` for an unknown or spent token, a revoked session or a disabled user. */
  async execute(refreshToken: string): Promise<Session> {
    const next = nextRefreshToken(this.key, refreshToken);
    const { refreshExpiresAt, sessionExpiresAt } = sessionLifetime(this.config, clock.now());
    const rotation = await this.store.rotateToken(
      refreshTokenHash(refreshToken),
      { hash: refreshTokenHash(next), expiresAt: refreshExpiresAt },
      sessionExpiresAt,
      this.config.authRefreshGraceSeconds,
    );
    switch (rotation.outcome) {
      case 'rotated':
      case 'repeated':
        return this.presentSession(rotation.userId, rotation.sessionId, next);
      case 'reused':
        this.logger.warn({ sessionId: rotation.sessionId }, 'a spent refresh token was used again: its session is revoked');
        this.revokeSession.publishRevoked(rotation.sessionId, 'a spent refresh token was used again');
        throw new AppError('auth.invalidToken');
      case 'expired':
        throw new AppError('auth.expired');
      case 'refused':
        throw new AppError('auth.invalidToken');
    }
  }

  private async presentSession(userId: UserId, sessionId: SessionId, refreshToken: string): Promise<Session> {
    this.states.forgetState(sessionId);
    const user = await this.users.requireUser(userId);
    const accessToken = await this.accessTokens.issueToken(userId, sessionId);
    return { user, accessToken, refreshToken, expiresIn: this.config.authAccessTtlSeconds, sessionId };
  }
}
