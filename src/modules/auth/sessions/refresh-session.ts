import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Session } from '#contracts/auth/schemas.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { AppError } from '#platform/errors/app-error.js';
import { Users } from '../../users/users.js';
import { newRefreshToken, refreshTokenHash } from '../domain/refresh-token.js';
import { sessionLifetime } from '../domain/session-lifetime.js';
import { AccessTokens } from '../infra/access-tokens.js';
import { SessionStates } from '../infra/session-states.js';
import { SessionStore, type Rotation } from '../infra/session-store.js';
import { RevokeSession } from './revoke-session.js';

type Rotated = Extract<Rotation, { outcome: 'rotated' }>;

/**
 * Changes a refresh token for a new pair; the old one is spent. A spent one that comes again revokes the whole session,
 * because a thief and the owner cannot be told apart (RFC 9700, 4.14.2).
 *
 * Strict on purpose, without a grace time: of two refreshes at once exactly one is answered, and the other is such a reuse
 * that ends the session. Else a thief who is faster would keep a session that the owner has lost. So a client has to
 * refresh one at a time and store the answer before it goes on, as the SDK does.
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
    const rotation = await this.store.rotate(
      refreshTokenHash(refreshToken),
      { hash: refreshTokenHash(next), expiresAt: refreshExpiresAt },
      sessionExpiresAt,
    );
    switch (rotation.outcome) {
      case 'rotated':
        return this.answer(rotation, next);
      case 'reused':
        this.logger.warn({ sessionId: rotation.sessionId }, 'a spent refresh token came again: its session is revoked');
        this.revokeSession.announce(rotation.sessionId, 'a spent refresh token was used again');
        throw new AppError('auth.invalidToken');
      case 'expired':
        throw new AppError('auth.expired');
      case 'refused':
        throw new AppError('auth.invalidToken');
    }
  }

  private async answer({ userId, sessionId }: Rotated, refreshToken: string): Promise<Session> {
    this.states.forget(sessionId);
    const user = await this.users.require(userId);
    const accessToken = await this.accessTokens.issue(userId, sessionId);
    return { user, accessToken, refreshToken, expiresIn: this.config.authAccessTtlSeconds, sessionId };
  }
}
