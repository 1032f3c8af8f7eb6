import { Injectable } from '@nestjs/common';
import { AppError } from '#platform/errors/app-error.js';
import { RateLimits } from '#platform/rate-limits.js';
import type { NamedRoute } from './endpoint.js';
import { requestParser, type RequestParser } from './parse-request.js';
import type { RestRequest } from './rest-exchange.js';

/** What every route of the contract checks once its caller is known: the rate, the type of the body, the schemas. Nest's pipeline and the fast path both ask here. */
@Injectable()
export class RouteChecks {
  private readonly parsers = new Map<string, RequestParser>();

  constructor(private readonly rateLimits: RateLimits) {}

  /** Sets `request.parsed`. Throws, or rejects with, `rateLimited` or `validation.failed` with every field that does not fit. Without a promise where nothing is waited for. */
  pass(route: NamedRoute, request: RestRequest): void | Promise<void> {
    const counted = route.tag === 'operations' ? undefined : this.rateLimits.consume('rest', request.caller?.userId ?? request.ip);
    return counted === undefined ? this.parse(route, request) : counted.then(() => this.parse(route, request));
  }

  private parse(route: NamedRoute, request: RestRequest): void {
    refuseForms(request);
    request.parsed = this.parserOf(route)(request);
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
function refuseForms({ headers, body }: RestRequest): void {
  if (body === undefined || body === null || headers['content-type']?.startsWith('application/json')) return;
  throw new AppError('validation.failed', { detail: 'the body must be application/json' });
}
