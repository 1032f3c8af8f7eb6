import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '#platform/errors/app-error.js';
import { routeOf } from '../../transport/endpoint.js';
import { operatorTokenOf } from './http/operator-request.js';
import { Operators } from './operators.js';

/** Guards the routes whose `auth` is `operator`: by the cookie or the bearer of an operator's login. Others pass. */
@Injectable()
export class OperatorGuard implements CanActivate {
  constructor(private readonly operators: Operators) {}

  /** Throws `auth.required`, `auth.invalidToken`, `auth.expired`, or `forbidden` for a request another site caused. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (routeOf(context.getHandler())?.auth !== 'operator') return true;
    const token = operatorTokenOf(context.switchToHttp().getRequest<FastifyRequest>());
    if (token === undefined) throw new AppError('auth.required');
    await this.operators.authenticate(token);
    return true;
  }
}
