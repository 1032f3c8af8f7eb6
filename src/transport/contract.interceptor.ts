import { Inject, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { throwError, timeout, type Observable } from 'rxjs';
import { CONFIG, type Config } from '../platform/config/config.js';
import { AppError } from '../platform/errors/app-error.js';
import { RateLimits } from '../platform/rate-limits.js';
import { routeOf, type NamedRoute } from './endpoint.js';
import { requestParser, type RequestParser } from './parse-request.js';

/** What every route of the contract has in common: its rate, its parsed input, its time limit. Runs after the guards. */
@Injectable()
export class ContractInterceptor implements NestInterceptor {
  private readonly parsers = new Map<string, RequestParser>();

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly rateLimits: RateLimits,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const route = routeOf(context.getHandler());
    if (route === undefined) return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (route.tag !== 'operations') await this.rateLimits.consume('rest', request.caller?.userId ?? request.ip);
    request.parsed = this.parserOf(route)(request);
    return next.handle().pipe(
      timeout({
        each: this.config.ackTimeoutMs,
        with: () => throwError(() => new AppError('overloaded', { detail: 'The answer took too long.' })),
      }),
    );
  }

  private parserOf(route: NamedRoute): RequestParser {
    const known = this.parsers.get(route.name);
    if (known !== undefined) return known;
    const made = requestParser(route);
    this.parsers.set(route.name, made);
    return made;
  }
}
