import { Controller } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { RouteInput, RouteOutput } from '#contracts/routes.js';
import type { Caller } from '../../../transport/caller.js';
import { Endpoint } from '../../../transport/endpoint.js';
import { CurrentCaller, CurrentRequest, Input } from '../../../transport/handler-arguments.js';
import { AdmitGuest } from '../changes/admit-guest.js';
import type { Client } from '../changes/open-session.js';
import { ListSessions } from '../read/list-sessions.js';
import { LogIn } from '../changes/log-in.js';
import { RefreshSession } from '../changes/refresh-session.js';
import { RegisterUser } from '../changes/register-user.js';
import { RevokeSession } from '../revoke-session.js';

/** REST routes of accounts and sessions. */
@Controller()
export class AuthController {
  constructor(
    private readonly registerUser: RegisterUser,
    private readonly logIn: LogIn,
    private readonly admitGuest: AdmitGuest,
    private readonly refreshSession: RefreshSession,
    private readonly revokeSession: RevokeSession,
    private readonly listSessions: ListSessions,
  ) {}

  @Endpoint('auth.register')
  register(
    @Input() { body }: RouteInput<'auth.register'>,
    @CurrentRequest() request: FastifyRequest,
  ): Promise<RouteOutput<'auth.register'>> {
    return this.registerUser.execute(body, clientOf(request));
  }

  @Endpoint('auth.login')
  login(@Input() { body }: RouteInput<'auth.login'>, @CurrentRequest() request: FastifyRequest): Promise<RouteOutput<'auth.login'>> {
    return this.logIn.execute(body, clientOf(request));
  }

  @Endpoint('auth.guest')
  guest(@Input() { body }: RouteInput<'auth.guest'>, @CurrentRequest() request: FastifyRequest): Promise<RouteOutput<'auth.guest'>> {
    return this.admitGuest.execute(body, clientOf(request));
  }

  @Endpoint('auth.refresh')
  refresh(@Input() { body }: RouteInput<'auth.refresh'>): Promise<RouteOutput<'auth.refresh'>> {
    return this.refreshSession.execute(body.refreshToken);
  }

  @Endpoint('auth.logout')
  logout(@CurrentCaller() caller: Caller): Promise<RouteOutput<'auth.logout'>> {
    return this.revokeSession.execute(caller.userId, caller.sessionId, 'logged out');
  }

  @Endpoint('auth.listSessions')
  list(@CurrentCaller() caller: Caller): Promise<RouteOutput<'auth.listSessions'>> {
    return this.listSessions.execute(caller);
  }

  @Endpoint('auth.revokeSession')
  revoke(
    @CurrentCaller() caller: Caller,
    @Input() { params }: RouteInput<'auth.revokeSession'>,
  ): Promise<RouteOutput<'auth.revokeSession'>> {
    return this.revokeSession.execute(caller.userId, params.sessionId, 'revoked by the user');
  }
}

function clientOf(request: FastifyRequest): Client {
  return { address: request.ip, userAgent: request.headers['user-agent'] };
}
