import { Inject, Injectable } from '@nestjs/common';
import type { Session } from '#contracts/auth/schemas.js';
import type { SessionId } from '#contracts/primitives.js';
import type { User } from '#contracts/users/schemas.js';
import { clock } from '#platform/clock/clock.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { newId } from '#platform/ids.js';
import { newRefreshToken, refreshTokenHash } from '../domain/refresh-token.js';
import { sessionLifetime } from '../domain/session-lifetime.js';
import { AccessTokens } from '../infra/access-tokens.js';
import { SessionStates } from '../infra/session-states.js';
import { SessionStore } from '../infra/session-store.js';

const userAgentCharactersMax = 256;

/** The origin of a request that has no caller yet. */
export interface Client {
  /** IP address, as the trusted proxies report it. */
  readonly address: string;
  readonly userAgent: string | undefined;
}

/** Opens a session for a user who has proved their identity, with its first access and refresh token. */
@Injectable()
export class OpenSession {
  constructor(
    private readonly store: SessionStore,
    private readonly states: SessionStates,
    private readonly accessTokens: AccessTokens,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Keeps the client's user agent, cut to 256 characters, so that the user recognizes the session in a list. */
  async execute(user: User, client: Client): Promise<Session> {
    const sessionId = newId<SessionId>();
    const refreshToken = newRefreshToken();
    const { refreshExpiresAt, sessionExpiresAt } = sessionLifetime(this.config, clock.now());
    const userAgent = client.userAgent?.slice(0, userAgentCharactersMax) ?? null;
    await this.store.insertSession(
      { id: sessionId, userId: user.id, userAgent, expiresAt: sessionExpiresAt },
      { hash: refreshTokenHash(refreshToken), expiresAt: refreshExpiresAt },
    );
    this.states.rememberState(sessionId, { userId: user.id, isOpen: true, expiresAt: sessionExpiresAt.getTime() });
    const accessToken = await this.accessTokens.issueToken(user.id, sessionId);
    return { user, accessToken, refreshToken, expiresIn: this.config.authAccessTtlSeconds, sessionId };
  }
}
