import type { FastifyReply } from 'fastify';
import type { ErrorCode } from '#contracts/errors.js';
import { classifyError } from './classify-error.js';
import { type Problem, problemType, toProblem } from './problem.js';
import { reportError } from './report-error.js';

/** RFC 6750, section 3: what a 401 says about the token it wants. */
const challenges: Partial<Record<ErrorCode, string>> = {
  'auth.required': 'Bearer',
  'auth.invalidToken': 'Bearer error="invalid_token"',
  'auth.expired': 'Bearer error="invalid_token", error_description="expired"',
};

/**
 * Answers with an error as `application/problem+json` (RFC 9457). An error outside the catalogue becomes `internal`; server faults are
 * logged. A request that has its answer already keeps it.
 */
export function sendProblem(reply: FastifyReply, error: unknown): void {
  const requestId = reply.request.id;
  const classified = classifyError(error);
  reportError(classified, requestId);
  if (reply.sent || reply.raw.headersSent) return;
  const problem = withBodyLimit(toProblem(classified, requestId), reply);
  reply.header('content-type', problemType).header('x-request-id', requestId);
  if (problem.retryAfterMs !== undefined) reply.header('retry-after', String(Math.max(1, Math.ceil(problem.retryAfterMs / 1000))));
  const challenge = challenges[classified.code];
  if (challenge !== undefined) reply.header('www-authenticate', challenge);
  void reply.status(problem.status).send(problem);
}

/** Fastify refuses a body that is too large before anything else; the limit is that of the route. */
function withBodyLimit(problem: Problem, reply: FastifyReply): Problem {
  if (problem.code !== 'payload.tooLarge' || problem.limit !== undefined) return problem;
  return { ...problem, limit: reply.request.routeOptions.bodyLimit };
}
