import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Session } from '#contracts/auth/schemas.js';
import type { SessionId, UserId } from '#contracts/primitives.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { AppError } from '#platform/errors/app-error.js';
import { Users } from '../../users/users.js';
import { newRefreshToken, refreshTokenHash } from '../domain/refresh-token.js';
import { sessionLifetime } from '../domain/session-lifetime.js';
import { AccessTokens } from '../infra/access-tokens.js';
import { SessionStates } from '../infra/session-states.js';
import { SessionStore } from '../infra/session-store.js';
import { RevokeSession } from '../revoke-session.js';

/**
 * Exchanges a refresh token for a new pair of tokens and spends it. A spent token that is used again revokes the whole session,
 * because a thief and the owner cannot be told apart (RFC 9700, section 4.14.2).
 *
 * There is no grace period: of two refreshes at once one succeeds, and the other counts as reuse and ends the session. With a
 * grace period, a faster thief would keep a session that its owner has lost. So clients refresh one at a time and store the answer
 * before they continue, as the SDK does.
 */
@Injectable()
export class RefreshSession {
  private readonly logger = new Logger(RefreshSession.name);

  constructor(
    private readonly store: SessionStore,
    private readonly states: SessionStates,
    private readonly accessTokens: AccessTokens,
    private readonly users: Users,
    private readonly revokeSession: RevokeSession,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Throws `auth.expired`, and `auth.invalidToken` for an unknown or spent token, a revoked session or a disabled user. */
  async execute(refreshToken: string): Promise<Session> {
    const next = newRefreshToken();
    const { refreshExpiresAt, sessionExpiresAt } = sessionLifetime(this.config, Date.now());
    const rotation = await this.store.rotateToken(
      refreshTokenHash(refreshToken),
      { hash: refreshTokenHash(next), expiresAt: refreshExpiresAt },
      sessionExpiresAt,
    );
    switch (rotation.outcome) {
      case 'rotated':
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
