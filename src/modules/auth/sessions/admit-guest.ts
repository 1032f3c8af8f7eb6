import { Injectable } from '@nestjs/common';
import type { GuestBody, Session } from '#contracts/auth/schemas.js';
import { RateLimits } from '#platform/rate-limits.js';
import { Users } from '../../users/users.js';
import { randomSuffix } from '../domain/made-up-names.js';
import type { Client } from './client.js';
import { OpenSession } from './open-session.js';

/** With 31^10 names a collision is as unlikely as a broken disk; then the guest sees `user.nameTaken` and tries again. */
const suffixCharacters = 10;

/** Makes an account without a password, under a made-up name, and logs it in. It lives as long as its session is refreshed. */
@Injectable()
export class AdmitGuest {
  constructor(
    private readonly users: Users,
    private readonly limits: RateLimits,
    private readonly openSession: OpenSession,
  ) {}

  /** Throws `rateLimited`; guests and registrations of an address share one rate. */
  async execute({ displayName }: GuestBody, client: Client): Promise<Session> {
    await this.limits.consume('register', client.address);
    const username = `guest-${randomSuffix(suffixCharacters)}`;
    const user = await this.users.create({
      username,
      displayName: displayName ?? `Guest ${username.slice(-4)}`,
      passwordHash: null,
      isGuest: true,
    });
    return this.openSession.execute(user, client.userAgent);
  }
}
