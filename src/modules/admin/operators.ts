import { Injectable } from '@nestjs/common';
import { AppError } from '#platform/errors/app-error.js';
import { RateLimits } from '#platform/rate-limits.js';
import { OnSignal } from '#platform/signals/on-signal.js';
import { type Payload, Signals, topic } from '#platform/signals/signals.js';
import { PasswordHasher } from '../auth/password-hasher.js';
import { OperatorStore, passwordMarkOf } from './operators/operator-store.js';
import { type OperatorClaims, operatorTokenSeconds, OperatorTokens } from './operators/operator-tokens.js';

/** Who runs this Parley, as a token proved it. */
export interface Operator {
  readonly username: string;
}

/** A fresh login. `expiresIn` is in seconds. */
export interface OperatorLogin {
  readonly token: string;
  readonly expiresIn: number;
}

const loggedOut = topic<{ tokenId: string; expiresAt: number }>('operator.loggedOut');

/** Operators: people with a name and a password of their own, apart from the users of the chat. */
@Injectable()
export class Operators {
  /** End of life by id of the tokens that were given back; forgotten when they would have ended anyway. */
  private readonly ended = new Map<string, number>();

  constructor(
    private readonly store: OperatorStore,
    private readonly tokens: OperatorTokens,
    private readonly hasher: PasswordHasher,
    private readonly rateLimits: RateLimits,
    private readonly signals: Signals,
  ) {}

  /** Throws `auth.invalidCredentials`, after the same time for a wrong name and a wrong password, or `rateLimited`. */
  async login(username: string, password: string, address: string): Promise<OperatorLogin> {
    const key = `${address} ${username}`;
    await this.rateLimits.check('operatorLoginFailures', key);
    const stored = await this.store.passwordHash(username);
    const matches = await this.hasher.verifyPassword(stored, password);
    if (stored === null || !matches) {
      await this.rateLimits.penalize('operatorLoginFailures', key);
      throw new AppError('auth.invalidCredentials');
    }
    await this.rateLimits.reset('operatorLoginFailures', key);
    return { token: await this.tokens.sign(username, passwordMarkOf(stored)), expiresIn: operatorTokenSeconds };
  }

  /** The operator of a token. Throws `auth.expired`, or `auth.invalidToken`: also after logout and after a change of the password. */
  async authenticate(token: string): Promise<Operator> {
    const claims = await this.tokens.read(token);
    const stored = this.ended.has(claims.tokenId) ? null : await this.store.passwordHash(claims.username);
    if (stored === null || passwordMarkOf(stored) !== claims.passwordMark) throw new AppError('auth.invalidToken');
    return { username: claims.username };
  }

  /** Ends a token on every node. One that is not valid is no error. */
  async logout(token: string): Promise<void> {
    const claims = await this.tokens.read(token).catch((): OperatorClaims | undefined => undefined);
    if (claims === undefined) return;
    this.signals.publish(loggedOut, { tokenId: claims.tokenId, expiresAt: claims.expiresAt });
    await this.signals.settled();
  }

  @OnSignal(loggedOut)
  end({ tokenId, expiresAt }: Payload<typeof loggedOut>): void {
    const now = Date.now();
    for (const [id, end] of this.ended) if (end <= now) this.ended.delete(id);
    this.ended.set(tokenId, expiresAt);
  }
}
