import { Injectable } from '@nestjs/common';
import type { LoginBody, Session } from '#contracts/auth/schemas.js';
import { AppError } from '#platform/errors/app-error.js';
import { foldText } from '#platform/fold-text.js';
import { RateLimits } from '#platform/rate-limits.js';
import { Users } from '../../users/users.js';
import { PasswordHasher } from '../password-hasher.js';
import { type Client, OpenSession } from './open-session.js';

/** Logs in with name and password. */
@Injectable()
export class LogIn {
  constructor(
    private readonly users: Users,
    private readonly passwords: PasswordHasher,
    private readonly limits: RateLimits,
    private readonly openSession: OpenSession,
  ) {}

  /**
   * Throws `auth.invalidCredentials`, alike and after the same time for an unknown name, a wrong password, a guest and a disabled
   * user. Throws `rateLimited` after too many failures for this name from this address; from another address the user can still
   * log in. An attempt counts before its password is checked, so that parallel attempts cannot exceed the limit, and a right
   * password clears the count.
   */
  async execute({ username, password }: LoginBody, client: Client): Promise<Session> {
    const key = `${foldText(username)} ${client.address}`;
    await this.limits.takePoints('loginFailures', key);
    const known = await this.users.findCredentials(username);
    const isRight = await this.passwords.verifyPassword(known?.passwordHash ?? null, password);
    if (known === null || !isRight || known.isDisabled) throw new AppError('auth.invalidCredentials');
    await this.limits.resetKey('loginFailures', key);
    return this.openSession.execute(known.user, client);
  }
}
