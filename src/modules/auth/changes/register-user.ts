import { Injectable } from '@nestjs/common';
import type { RegisterBody, Session } from '#contracts/auth/schemas.js';
import { RateLimits } from '#platform/rate-limits.js';
import { Users } from '../../users/users.js';
import { PasswordHasher } from '../password-hasher.js';
import { type Client, OpenSession } from './open-session.js';

/** Creates an account with a password and logs it in. */
@Injectable()
export class RegisterUser {
  constructor(
    private readonly users: Users,
    private readonly passwords: PasswordHasher,
    private readonly limits: RateLimits,
    private readonly openSession: OpenSession,
  ) {}

  /** Throws `user.nameTaken`, `rateLimited`, and `overloaded` while too many hashes wait. */
  async execute({ username, password, displayName }: RegisterBody, client: Client): Promise<Session> {
    await this.limits.takePoints('register', client.address);
    const passwordHash = await this.passwords.hashPassword(password);
    const user = await this.users.createUser({ username, displayName: displayName ?? username, passwordHash, isGuest: false });
    return this.openSession.execute(user, client);
  }
}
