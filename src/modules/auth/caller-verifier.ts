import { Injectable } from '@nestjs/common';
import { AppError } from '#platform/errors/app-error.js';
import type { Caller } from '../../transport/caller.js';
import type { TokenVerifier } from '../../transport/token-verifier.js';
import { tokenCharactersMax } from './domain/access-claims.js';
import { AccessTokens } from './infra/access-tokens.js';
import { ExternalTokens } from './infra/external-tokens.js';
import { ProvenTokens } from './infra/proven-tokens.js';
import { SessionStates } from './infra/session-states.js';
import { AdmitExternal } from './sessions/admit-external.js';

/** Proves tokens, Parley's own and those of the outside issuer. */
@Injectable()
export class CallerVerifier implements TokenVerifier {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly externalTokens: ExternalTokens,
    private readonly admitExternal: AdmitExternal,
    private readonly states: SessionStates,
    private readonly proven: ProvenTokens,
  ) {}

  /** The caller of a token that was verified before; undefined when it has to be verified. Rejects with `auth.invalidToken` for an ended session. */
  recall(token: string): Caller | Promise<Caller> | undefined {
    const caller = this.proven.recall(token);
    return caller === undefined ? undefined : this.states.admit(caller);
  }

  /** Notes that a token of Parley's own was verified. */
  remember(token: string, caller: Caller): void {
    this.proven.remember(token, caller);
  }

  /** The caller of a token. Rejects with `auth.required` for an empty one, `auth.expired`, and `auth.invalidToken` for anything else, a revoked session too. */
  verify(token: string): Caller | Promise<Caller> {
    return this.recall(token) ?? this.prove(token);
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

  private async prove(token: string): Promise<Caller> {
    if (token === '') throw new AppError('auth.required');
    const external = await this.verifyExternal(token);
    if (external !== null) return external;
    const caller = await this.accessTokens.verify(token);
    this.remember(token, caller);
    return this.states.admit(caller);
  }
}
