import { Injectable } from '@nestjs/common';
import { AppError } from '../../platform/errors/app-error.js';
import type { Caller } from '../../transport/caller.js';
import { tokenCharactersMax } from './domain/access-claims.js';
import { AccessTokens } from './infra/access-tokens.js';
import { ExternalTokens } from './infra/external-tokens.js';
import { SessionStates } from './infra/session-states.js';
import { AdmitExternal } from './sessions/admit-external.js';

/** Proves tokens, Parley's own and those of the outside issuer. */
@Injectable()
export class CallerVerifier {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly externalTokens: ExternalTokens,
    private readonly admitExternal: AdmitExternal,
    private readonly states: SessionStates,
  ) {}

  /** Who the token speaks for, now. Throws `auth.required` for none, `auth.expired`, and `auth.invalidToken` for anything else, a revoked session too. */
  async verify(token: string): Promise<Caller> {
    if (token === '') throw new AppError('auth.required');
    const external = await this.verifyExternal(token);
    return external ?? this.states.admit(await this.accessTokens.verify(token));
  }

  /** The caller when the token is the outside issuer's, else null. Throws as `verify` does. */
  async verifyExternal(token: string): Promise<Caller | null> {
    if (token.length > tokenCharactersMax) throw new AppError('auth.invalidToken');
    const issuer = this.externalTokens.issuerOf(token);
    return issuer === undefined ? null : this.states.admit(await this.admitExternal.execute(token, issuer));
  }

  /** Whether who came in is still admitted. Throws `auth.invalidToken` when the session was ended meanwhile. */
  async readmit(caller: Caller): Promise<void> {
    await this.states.admit(caller);
  }
}
