import { Injectable, type ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { AppError } from '#platform/errors/app-error.js';
import { bearerToken } from '../../../transport/bearer-token.js';
import { routeOf } from '../../../transport/endpoint.js';
import { isPublicPage } from '../../../transport/public-page.js';
import { CallerVerifier } from '../caller-verifier.js';
import { tokenError } from '../infra/access-tokens.js';

/** Stands before every REST handler. What the contract does not name is denied; `request.caller` is set where a user is needed. */
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
      case 'operator': // The operator's own guard decides.
        return true;
      case 'user':
        return this.admit(context);
    }
  }

  override getAuthenticateOptions() {
    return { session: false, property: 'caller' };
  }

  /** What passport found: an error of ours is passed on, one of the token is named. */
  override handleRequest<TUser>(err: unknown, user: TUser | false | undefined, info: unknown): TUser {
    if (err !== null && err !== undefined) throw err instanceof Error ? err : new AppError('internal', { cause: err });
    if (user === false || user === undefined) throw tokenError(info);
    return user;
  }

  private async admit(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = bearerToken(request.headers);
    if (token === undefined) throw new AppError('auth.required');
    const known = (await this.callers.recall(token)) ?? (await this.callers.verifyExternal(token));
    if (known !== null) {
      request.caller = known;
      return true;
    }
    await super.canActivate(context);
    if (request.caller === undefined) return false;
    this.callers.remember(token, request.caller);
    return true;
  }
}
