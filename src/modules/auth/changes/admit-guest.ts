import { Injectable } from '@nestjs/common';
import type { GuestBody, Session } from '#contracts/auth/schemas.js';
import { RateLimits } from '#platform/rate-limits.js';
import { Users } from '../../users/users.js';
import { randomSuffix } from '../domain/made-up-names.js';
import { type Client, OpenSession } from './open-session.js';

/** 31^10 names: on the rare collision the guest gets `user.nameTaken` and repeats the request. */
const suffixCharacters = 10;

/** Creates an account without a password, under a made-up name, and logs it in. The account is usable as long as its session is refreshed. */
@Injectable()
export class AdmitGuest {
  constructor(
    private readonly users: Users,
    private readonly limits: RateLimits,
    private readonly openSession: OpenSession,
  ) {}

  /** Throws `rateLimited`; guests and registrations of an address share one limit. */
  async execute({ displayName }: GuestBody, client: Client): Promise<Session> {
    await this.limits.takePoints('register', client.address);
    const username = `guest-${randomSuffix(suffixCharacters)}`;
    const user = await this.users.createUser({
      username,
      displayName: displayName ?? `Guest ${username.slice(-4)}`,
      passwordHash: null,
      isGuest: true,
    });
    return this.openSession.execute(user, client);
  }
}
