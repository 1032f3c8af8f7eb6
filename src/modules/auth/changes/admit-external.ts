import { Injectable } from '@nestjs/common';
import type { User } from '#contracts/users/schemas.js';
import { AppError } from '#platform/errors/app-error.js';
import type { Caller } from '../../../transport/caller.js';
import { Users } from '../../users/users.js';
import { derivedSessionId } from '../domain/derived-session-id.js';
import { displayNameFrom, otherUsername, usernameFrom } from '../domain/made-up-names.js';
import { type ExternalClaims, ExternalTokens } from '../infra/external-tokens.js';
import { SessionStates } from '../infra/session-states.js';
import { SessionStore } from '../infra/session-store.js';

/** Attempts to find a free name, each with a new random suffix. Also resolves a race between two first requests of a user. */
const namingAttemptsMax = 5;

/**
 * Finds the caller of an outside issuer's token; its first token creates the user.
 *
 * The session has a derived id and a row like any other, so that it can be listed, logged out and revoked. A revoked row outlives
 * new tokens of the same `sid`. Without `sid` each token (`jti`) is a session of its own.
 */
@Injectable()
export class AdmitExternal {
  constructor(
    private readonly tokens: ExternalTokens,
    private readonly users: Users,
    private readonly store: SessionStore,
    private readonly states: SessionStates,
  ) {}

  /** Verifies the token and stores its session, whose state the caller has yet to check. Throws as `ExternalTokens.verifyToken` does. */
  async execute(token: string, issuer: string): Promise<Caller> {
    const claims = await this.tokens.verifyToken(token);
    const sessionId = derivedSessionId(issuer, claims.sub, claims.sid ?? claims.jti ?? token);
    const expiresAt = claims.exp * 1000;
    const known = this.states.recallState(sessionId);
    if (known !== undefined && known.expiresAt >= expiresAt) return { userId: known.userId, sessionId, expiresAt };
    const user = await this.findOrCreateUser(issuer, claims);
    await this.store.upsertExternalSession({ id: sessionId, userId: user.id, expiresAt: new Date(expiresAt) });
    this.states.forgetState(sessionId);
    return { userId: user.id, sessionId, expiresAt };
  }

  private async findOrCreateUser(issuer: string, claims: ExternalClaims): Promise<User> {
    const external = { issuer, subject: claims.sub };
    const wanted = usernameFrom([claims.preferred_username, claims.sub]);
    for (let attempt = 0; attempt < namingAttemptsMax; attempt++) {
      const known = await this.users.findByIdentity(external);
      if (known !== null) return known;
      const username = attempt === 0 ? wanted : otherUsername(wanted);
      const displayName = displayNameFrom([claims.name, claims.preferred_username], username);
      const account = { username, displayName, passwordHash: null, isGuest: false, external };
      const created = await this.users.createUser(account).catch(nullIfTaken);
      if (created !== null) return created;
    }
    throw new AppError('internal', { detail: 'no free name was found' });
  }
}

function nullIfTaken(error: unknown): null {
  if (error instanceof AppError && error.code === 'user.nameTaken') return null;
  throw error;
}
