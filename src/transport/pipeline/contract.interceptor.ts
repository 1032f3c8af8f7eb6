import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { routeOf } from '../endpoint.js';
import { RouteChecks } from './route-checks.js';

/** Runs a route's checks in Nest's pipeline, after the guards. */
@Injectable()
export class ContractInterceptor implements NestInterceptor {
  constructor(private readonly checks: RouteChecks) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const route = routeOf(context.getHandler());
    if (route !== undefined) await this.checks.checkRequest(route, context.switchToHttp().getRequest<FastifyRequest>());
    return next.handle();
  }
}
