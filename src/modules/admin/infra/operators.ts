import { Injectable } from '@nestjs/common';
import { clock } from '#platform/clock/clock.js';
import { AppError } from '#platform/errors/app-error.js';
import { RateLimits } from '#platform/rate-limits.js';
import { OnSignal } from '#platform/signals/on-signal.js';
import { type Payload, Signals, topic } from '#platform/signals/signals.js';
import { PasswordHasher } from '../../auth/password-hasher.js';
import { OperatorStore, passwordMarkOf } from './operator-store.js';
import { type OperatorClaims, operatorTokenSeconds, OperatorTokens } from './operator-tokens.js';

/** A person who runs this Parley, as proved by a token. */
export interface Operator {
  readonly username: string;
}

/** A fresh login. `expiresIn` is in seconds. */
export interface OperatorLogin {
  readonly token: string;
  readonly expiresIn: number;
}

const loggedOut = topic<{ tokenId: string; expiresAt: number }>('operator.loggedOut');

/** Logins of operators: people with a name and a password of their own, apart from the users of the chat. */
@Injectable()
export class Operators {
  /** Expiry by id of the tokens that were logged out. Dropped once the token has expired anyway. */
  private readonly ended = new Map<string, number>();

  constructor(
    private readonly store: OperatorStore,
    private readonly tokens: OperatorTokens,
    private readonly hasher: PasswordHasher,
    private readonly rateLimits: RateLimits,
    private readonly signals: Signals,
  ) {}

  /** Throws `rateLimited`, or `auth.invalidCredentials`: after the same time for an unknown name and a wrong password. */
  async logIn(username: string, password: string, address: string): Promise<OperatorLogin> {
    const key = `${address} ${username}`;
    await this.rateLimits.checkLimit('operatorLoginFailures', key);
    const stored = await this.store.findPasswordHash(username);
    const matches = await this.hasher.verifyPassword(stored, password);
    if (stored === null || !matches) {
      await this.rateLimits.addPenalty('operatorLoginFailures', key);
      throw new AppError('auth.invalidCredentials');
    }
    await this.rateLimits.resetKey('operatorLoginFailures', key);
    return { token: await this.tokens.signToken(username, passwordMarkOf(stored)), expiresIn: operatorTokenSeconds };
  }

  /** The operator of a token. Throws `auth.expired`, or `auth.invalidToken`: also after a logout or a change of the password. */
  async authenticateToken(token: string): Promise<Operator> {
    const claims = await this.tokens.verifyToken(token);
    const stored = this.ended.has(claims.tokenId) ? null : await this.store.findPasswordHash(claims.username);
    if (stored === null || passwordMarkOf(stored) !== claims.passwordMark) throw new AppError('auth.invalidToken');
    return { username: claims.username };
  }

  /** Ends a token on every node. Ignores an invalid token. */
  async logOut(token: string): Promise<void> {
    const claims = await this.tokens.verifyToken(token).catch((): OperatorClaims | undefined => undefined);
    if (claims === undefined) return;
    this.signals.publish(loggedOut, { tokenId: claims.tokenId, expiresAt: claims.expiresAt });
    await this.signals.awaitDelivery();
  }

  @OnSignal(loggedOut)
  endToken({ tokenId, expiresAt }: Payload<typeof loggedOut>): void {
    const now = clock.now();
    for (const [id, end] of this.ended) if (end <= now) this.ended.delete(id);
    this.ended.set(tokenId, expiresAt);
  }
}
