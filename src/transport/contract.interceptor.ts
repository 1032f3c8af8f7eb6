import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { AppError } from '../platform/errors/app-error.js';
import { RateLimits } from '../platform/rate-limits.js';
import { routeOf, type NamedRoute } from './endpoint.js';
import { requestParser, type RequestParser } from './parse-request.js';

/** What every route of the contract has in common: its rate and its parsed input. Runs after the guards. */
@Injectable()
export class ContractInterceptor implements NestInterceptor {
  private readonly parsers = new Map<string, RequestParser>();

  constructor(private readonly rateLimits: RateLimits) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const route = routeOf(context.getHandler());
    if (route === undefined) return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (route.tag !== 'operations') await this.rateLimits.consume('rest', request.caller?.userId ?? request.ip);
    refuseForms(request);
    request.parsed = this.parserOf(route)(request);
    return next.handle();
  }

  private parserOf(route: NamedRoute): RequestParser {
    const known = this.parsers.get(route.name);
    if (known !== undefined) return known;
    const made = requestParser(route);
    this.parsers.set(route.name, made);
    return made;
  }
}

/** The HTTP server reads forms too, for the operator's login page; the contract's routes speak JSON alone. */
function refuseForms({ headers, body }: FastifyRequest): void {
  if (body === undefined || body === null || headers['content-type']?.startsWith('application/json')) return;
  throw new AppError('validation.failed', { detail: 'the body must be application/json' });
}
