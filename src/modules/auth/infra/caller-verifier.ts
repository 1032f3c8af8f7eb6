import { Injectable } from '@nestjs/common';
import { AppError } from '#platform/errors/app-error.js';
import type { Caller } from '../../../transport/caller.js';
import type { TokenVerifier } from '../../../transport/token-verifier.js';
import { AdmitExternal } from '../changes/admit-external.js';
import { tokenCharactersMax } from '../domain/access-claims.js';
import { AccessTokens } from './access-tokens.js';
import { ExternalTokens } from './external-tokens.js';
import { ProvenTokens } from './proven-tokens.js';
import { SessionStates } from './session-states.js';

/** Verifies Parley's own access tokens and those of the outside issuer. */
@Injectable()
export class CallerVerifier implements TokenVerifier {
  constructor(
    private readonly accessTokens: AccessTokens,
    private readonly externalTokens: ExternalTokens,
    private readonly admitExternal: AdmitExternal,
    private readonly states: SessionStates,
    private readonly proven: ProvenTokens,
  ) {}

  /**
   * The caller of a token. Rejects with `auth.required` for an empty token, `auth.expired`, and `auth.invalidToken` for anything else,
   * including a token of a revoked session.
   */
  verify(token: string): Caller | Promise<Caller> {
    return this.recallCaller(token) ?? this.verifyToken(token);
  }

  /** The caller of a token that was verified before; undefined for other tokens. Rejects with `auth.invalidToken` for an ended session. */
  recallCaller(token: string): Caller | Promise<Caller> | undefined {
    const caller = this.proven.recallCaller(token);
    return caller === undefined ? undefined : this.states.admitCaller(caller);
  }

  /** Remembers that one of Parley's own tokens was verified. */
  rememberToken(token: string, caller: Caller): void {
    this.proven.rememberToken(token, caller);
  }

  /** The caller of an outside issuer's token, null for other tokens. Throws as `verify` does. */
  async verifyExternal(token: string): Promise<Caller | null> {
    if (token.length > tokenCharactersMax) throw new AppError('auth.invalidToken');
    const issuer = this.externalTokens.issuerOf(token);
    return issuer === undefined ? null : this.states.admitCaller(await this.admitExternal.execute(token, issuer));
  }

  /** Resolves while the caller's session is open. Throws `auth.invalidToken` once it has ended. */
  async readmitCaller(caller: Caller): Promise<void> {
    await this.states.admitCaller(caller);
  }

  private async verifyToken(token: string): Promise<Caller> {
    if (token === '') throw new AppError('auth.required');
    const external = await this.verifyExternal(token);
    if (external !== null) return external;
    const caller = await this.accessTokens.verifyToken(token);
    this.rememberToken(token, caller);
    return this.states.admitCaller(caller);
  }
}
