import { Inject, Injectable } from '@nestjs/common';
import type { SessionId } from '#contracts/primitives.js';
import type { Session } from '#contracts/auth/schemas.js';
import type { User } from '#contracts/users/schemas.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { newId } from '#platform/ids.js';
import { newRefreshToken, refreshTokenHash } from '../domain/refresh-token.js';
import { sessionLifetime } from '../domain/session-lifetime.js';
import { AccessTokens } from '../infra/access-tokens.js';
import { SessionStates } from '../infra/session-states.js';
import { SessionStore } from '../infra/session-store.js';

const userAgentCharactersMax = 256;

/** Begins a session for a user who has proved who they are: a family of refresh tokens and a first pair of tokens. */
@Injectable()
export class OpenSession {
  constructor(
    private readonly store: SessionStore,
    private readonly states: SessionStates,
    private readonly accessTokens: AccessTokens,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** `userAgent` is kept, cut to 256 characters, to help the user recognise the session. */
  async execute(user: User, userAgent: string | undefined): Promise<Session> {
    const sessionId = newId<SessionId>();
    const refreshToken = newRefreshToken();
    const { refreshExpiresAt, sessionExpiresAt } = sessionLifetime(this.config, Date.now());
    await this.store.open(
      { id: sessionId, userId: user.id, userAgent: userAgent?.slice(0, userAgentCharactersMax) ?? null, expiresAt: sessionExpiresAt },
      { hash: refreshTokenHash(refreshToken), expiresAt: refreshExpiresAt },
    );
    this.states.remember(sessionId, { userId: user.id, isOpen: true, expiresAt: sessionExpiresAt.getTime() });
    const accessToken = await this.accessTokens.issue(user.id, sessionId);
    return { user, accessToken, refreshToken, expiresIn: this.config.authAccessTtlSeconds, sessionId };
  }
}
