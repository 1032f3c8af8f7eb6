import { Injectable } from '@nestjs/common';
import type { User } from '#contracts/users/schemas.js';
import { AppError } from '#platform/errors/app-error.js';
import type { Caller } from '../../../transport/caller.js';
import { Users } from '../../users/users.js';
import { derivedSessionId } from '../domain/derived-session-id.js';
import { displayNameFrom, otherUsername, usernameFrom } from '../domain/made-up-names.js';
import { ExternalTokens, type ExternalClaims } from '../infra/external-tokens.js';
import { SessionStates } from '../infra/session-states.js';
import { SessionStore } from '../infra/session-store.js';

/** Attempts to find a free name, each with a fresh random suffix; also settles a race of two first requests. */
const namingAttemptsMax = 5;

/**
 * The caller behind a token of the outside issuer; the user is made at first sight.
 *
 * Its session has a derived id and a row like any other, so that it can be listed, logged out and revoked: a revoked row
 * outlives new tokens of the same `sid`. Without `sid` each token (`jti`) is a session of its own.
 */
@Injectable()
export class AdmitExternal {
  constructor(
    private readonly tokens: ExternalTokens,
    private readonly users: Users,
    private readonly store: SessionStore,
    private readonly states: SessionStates,
  ) {}

  /** Verifies the token; the session is noted but not yet checked. Throws as `ExternalTokens.verify` does. */
  async execute(token: string, issuer: string): Promise<Caller> {
    const claims = await this.tokens.verify(token);
    const sessionId = derivedSessionId(issuer, claims.sub, claims.sid ?? claims.jti ?? token);
    const expiresAt = claims.exp * 1000;
    const known = this.states.recall(sessionId);
    if (known && known.expiresAt >= expiresAt) return { userId: known.userId, sessionId, expiresAt };
    const user = await this.findOrCreate(issuer, claims);
    await this.store.note({ id: sessionId, userId: user.id, userAgent: null, expiresAt: new Date(expiresAt) });
    this.states.forget(sessionId);
    return { userId: user.id, sessionId, expiresAt };
  }

  private async findOrCreate(issuer: string, claims: ExternalClaims): Promise<User> {
    const external = { issuer, subject: claims.sub };
    const wanted = usernameFrom([claims.preferred_username, claims.sub]);
    for (let attempt = 0; attempt < namingAttemptsMax; attempt++) {
      const known = await this.users.byExternal(external);
      if (known) return known;
      const username = attempt === 0 ? wanted : otherUsername(wanted);
      const displayName = displayNameFrom([claims.name, claims.preferred_username], username);
      const made = await this.users.create({ username, displayName, passwordHash: null, isGuest: false, external }).catch(nullIfTaken);
      if (made) return made;
    }
    throw new AppError('internal', { detail: 'no free name was found' });
  }
}

function nullIfTaken(error: unknown): null {
  if (error instanceof AppError && error.code === 'user.nameTaken') return null;
  throw error;
}
