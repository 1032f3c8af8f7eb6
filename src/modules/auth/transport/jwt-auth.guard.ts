import { Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { AppError } from '#platform/errors/app-error.js';
import { bearerToken } from '../../../transport/bearer-token.js';
import { routeOf } from '../../../transport/endpoint.js';
import { isPublicPage } from '../../../transport/public-page.js';
import { CallerVerifier } from '../infra/caller-verifier.js';
import { tokenError } from '../infra/access-tokens.js';

/** Guards every REST handler: denies routes that the contract does not know, and sets `request.caller` on routes for users. */
@Injectable()
export class JwtAuthGuard extends AuthGuard('jwt') {
  constructor(private readonly callers: CallerVerifier) {
    super();
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const handler = context.getHandler();
    const auth = isPublicPage(handler) ? 'none' : routeOf(handler)?.auth;
    switch (auth) {
      case undefined:
        throw new AppError('route.notFound');
      case 'none':
      case 'operator': // `OperatorGuard` decides.
        return true;
      case 'user':
        return this.admitCaller(context);
    }
  }

  override getAuthenticateOptions() {
    return { session: false, property: 'caller' };
  }

  /** Receives passport's result: passes our own errors on and translates errors of the token. */
  override handleRequest<TUser>(error: unknown, user: TUser | false | undefined, info: unknown): TUser {
    if (error !== null && error !== undefined) throw error instanceof Error ? error : new AppError('internal', { cause: error });
    if (user === false || user === undefined) throw tokenError(info);
    return user;
  }

  private async admitCaller(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = bearerToken(request.headers);
    if (token === undefined) throw new AppError('auth.required');
    const known = (await this.callers.recallCaller(token)) ?? (await this.callers.verifyExternal(token));
    if (known !== null) {
      request.caller = known;
      return true;
    }
    await super.canActivate(context);
    if (request.caller === undefined) return false;
    this.callers.rememberToken(token, request.caller);
    return true;
  }
}
