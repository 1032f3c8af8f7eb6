import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ErrorCode } from '../../contracts/errors.js';
import { classifyError } from './classify-error.js';
import { problemType, toProblem } from './problem.js';
import { reportError } from './report-error.js';

/** RFC 6750, 3: what a 401 says about the token it wants. */
const challenges: Partial<Record<ErrorCode, string>> = {
  'auth.required': 'Bearer',
  'auth.invalidToken': 'Bearer error="invalid_token"',
  'auth.expired': 'Bearer error="invalid_token", error_description="expired"',
};

/** Answers every error of the REST door as `application/problem+json` (RFC 9457); one that is not of the catalogue is `internal`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(err: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const requestId = String(http.getRequest<FastifyRequest>().id ?? 'unknown');
    const error = classifyError(err);
    reportError(error, requestId);
    const { httpAdapter } = this.adapterHost;
    if (httpAdapter.isHeadersSent(reply)) return;
    const problem = toProblem(error, requestId);
    httpAdapter.setHeader(reply, 'Content-Type', problemType);
    if (problem.retryAfterMs !== undefined)
      httpAdapter.setHeader(reply, 'Retry-After', String(Math.max(1, Math.ceil(problem.retryAfterMs / 1000))));
    const challenge = challenges[error.code];
    if (challenge !== undefined) httpAdapter.setHeader(reply, 'WWW-Authenticate', challenge);
    httpAdapter.reply(reply, problem, problem.status);
  }
}
