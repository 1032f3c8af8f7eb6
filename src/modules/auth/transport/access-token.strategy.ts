import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-jwt';
import { CONFIG, type Config } from '#platform/config/config.js';
import { bearerToken } from '../../../transport/bearer-token.js';
import type { Caller } from '../../../transport/caller.js';
import { callerOfAccessToken } from '../domain/access-claims.js';
import { accessTokenKey, verifyOptions } from '../infra/access-tokens.js';
import { SessionStates } from '../infra/session-states.js';

/** Passport's part of REST: Parley's own access tokens, verified as the socket handshake verifies them. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(
    @Inject(CONFIG) config: Config,
    private readonly states: SessionStates,
  ) {
    super(strategyOptions(config));
  }

  /** Called with the decoded token once its signature, time, issuer and audience are verified. */
  async validate(decoded: unknown): Promise<Caller> {
    return this.states.admit(callerOfAccessToken(decoded, Date.now()));
  }
}

/** Passport hands the key on as it is; its types know only of text and bytes, so the key object is put over the text. */
function strategyOptions(config: Config) {
  const options = {
    jwtFromRequest: ({ headers }: Pick<FastifyRequest, 'headers'>) => bearerToken(headers) ?? null,
    secretOrKey: config.authSecret,
    ...verifyOptions(),
    jsonWebTokenOptions: { complete: true },
  };
  return Object.assign(options, { secretOrKey: accessTokenKey(config) });
}
