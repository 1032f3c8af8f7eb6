import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AppError } from '#platform/errors/app-error.js';
import { RateLimits } from '#platform/rate-limits.js';
import type { NamedRoute } from '../endpoint.js';
import { requestParser, type RequestParser } from './parse-request.js';

/** The checks of every route of the contract once its caller is known: rate, media type, schemas. Shared by Nest's pipeline and the fast path. */
@Injectable()
export class RouteChecks {
  private readonly parsers = new Map<string, RequestParser>();

  constructor(private readonly rateLimits: RateLimits) {}

  /**
   * Sets `request.parsed`. Throws, or rejects with, `rateLimited` or `validation.failed`. Returns a promise only if the rate is counted
   * outside this process: an unnecessary promise costs more than the checks.
   */
  checkRequest(route: NamedRoute, request: FastifyRequest): void | Promise<void> {
    const counted = route.tag === 'operations' ? undefined : this.rateLimits.takePoints('rest', request.caller?.userId ?? request.ip);
    return counted === undefined ? this.parse(route, request) : counted.then(() => this.parse(route, request));
  }

  private parse(route: NamedRoute, request: FastifyRequest): void {
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

/** The HTTP server also reads forms, for the operator's login page; routes of the contract take JSON only. */
function refuseForms({ headers, body }: FastifyRequest): void {
  if (body === undefined || body === null || headers['content-type']?.startsWith('application/json') === true) return;
  throw new AppError('validation.failed', { detail: 'the body must be application/json' });
}
