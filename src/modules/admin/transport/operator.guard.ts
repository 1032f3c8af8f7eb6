import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '#platform/errors/app-error.js';
import { routeOf } from '../../../transport/endpoint.js';
import type {} from './current-operator.js';
import { operatorTokenOf } from './operator-request.js';
import { Operators } from '../infra/operators.js';

/** Guards the routes whose `auth` is `operator`, by the cookie or bearer token of an operator's login. Lets other routes pass. */
@Injectable()
export class OperatorGuard implements CanActivate {
  constructor(private readonly operators: Operators) {}

  /** Throws `auth.required`, `auth.invalidToken`, `auth.expired`, or `forbidden` for a request that another site has caused. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (routeOf(context.getHandler())?.auth !== 'operator') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = operatorTokenOf(request);
    if (token === undefined) throw new AppError('auth.required');
    const { username } = await this.operators.authenticateToken(token);
    request.operator = { username, address: request.ip };
    return true;
  }
}
