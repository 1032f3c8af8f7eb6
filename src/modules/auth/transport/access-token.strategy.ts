import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-jwt';
import { clock } from '#platform/clock/clock.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { bearerToken } from '../../../transport/bearer-token.js';
import type { Caller } from '../../../transport/caller.js';
import { callerOfAccessToken } from '../domain/access-claims.js';
import { accessTokenKey, verifyOptions } from '../infra/access-tokens.js';
import { SessionStates } from '../infra/session-states.js';

/** Passport's strategy for Parley's own access tokens. The socket handshake verifies them in the same way. */
@Injectable()
export class AccessTokenStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(
    @Inject(CONFIG) config: Config,
    private readonly states: SessionStates,
  ) {
    super(strategyOptions(config));
  }

  /** Passport calls it with the decoded token after verifying signature, time, issuer and audience. */
  async validate(decoded: unknown): Promise<Caller> {
    return this.states.admitCaller(callerOfAccessToken(decoded, clock.now()));
  }
}

/** Passport passes the key on unchanged, but its types allow only text and bytes, so the key object replaces the text afterwards. */
function strategyOptions(config: Config) {
  const options = {
    jwtFromRequest: ({ headers }: Pick<FastifyRequest, 'headers'>) => bearerToken(headers) ?? null,
    secretOrKey: config.authSecret,
    ...verifyOptions(),
    jsonWebTokenOptions: { complete: true },
  };
  return Object.assign(options, { secretOrKey: accessTokenKey(config) });
}
