import type { ErrorCode } from '#contracts/errors.js';
import { classifyError } from './classify-error.js';
import { problemType, toProblem } from './problem.js';
import { reportError } from './report-error.js';
import type { RestReply } from './rest-exchange.js';

/** RFC 6750, 3: what a 401 says about the token it wants. */
const challenges: Partial<Record<ErrorCode, string>> = {
  'auth.required': 'Bearer',
  'auth.invalidToken': 'Bearer error="invalid_token"',
  'auth.expired': 'Bearer error="invalid_token", error_description="expired"',
};

/**
 * Answers any error as `application/problem+json` (RFC 9457), logged where it is ours; one that is not of the catalogue is `internal`.
 * What was answered already stays so.
 */
export function answerProblem(err: unknown, reply: RestReply): void {
  const requestId = String(reply.request.id ?? 'unknown');
  const error = classifyError(err);
  reportError(error, requestId);
  if (reply.sent || reply.raw.headersSent) return;
  const problem = toProblem(error, requestId);
  reply.header('content-type', problemType);
  if (problem.retryAfterMs !== undefined) reply.header('retry-after', String(Math.max(1, Math.ceil(problem.retryAfterMs / 1000))));
  const challenge = challenges[error.code];
  if (challenge !== undefined) reply.header('www-authenticate', challenge);
  void reply.status(problem.status).send(problem);
}
