import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { routeOf } from './endpoint.js';
import { RouteChecks } from './route-checks.js';

/** The checks of a route's contract in Nest's pipeline. Runs after the guards. */
@Injectable()
export class ContractInterceptor implements NestInterceptor {
  constructor(private readonly checks: RouteChecks) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const route = routeOf(context.getHandler());
    if (route !== undefined) await this.checks.pass(route, context.switchToHttp().getRequest<FastifyRequest>());
    return next.handle();
  }
}
