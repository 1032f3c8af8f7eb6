import { Injectable } from '@nestjs/common';
import type { LoginBody, Session } from '#contracts/auth/schemas.js';
import { AppError } from '#platform/errors/app-error.js';
import { RateLimits } from '#platform/rate-limits.js';
import { Users } from '../../users/users.js';
import { PasswordHasher } from '../password-hasher.js';
import type { Client } from './client.js';
import { OpenSession } from './open-session.js';

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
   * Throws `auth.invalidCredentials`, the same and after the same time for an unknown name, a wrong password, a guest and
   * a disabled user; `rateLimited` after too many failures for this name from this address, so that the real user can
   * still log in from elsewhere. An attempt is counted before its password is looked at and forgiven when it was right:
   * many at once do not slip through.
   */
  async execute({ username, password }: LoginBody, client: Client): Promise<Session> {
    const key = `${username.toLowerCase()} ${client.address}`;
    await this.limits.consume('loginFailures', key);
    const known = await this.users.credentialsOf(username);
    const isRight = await this.passwords.verify(known?.passwordHash ?? null, password);
    if (!known || !isRight || known.isDisabled) throw new AppError('auth.invalidCredentials');
    await this.limits.reset('loginFailures', key);
    return this.openSession.execute(await this.users.require(known.userId), client.userAgent);
  }
}
