import type { FastifyReply, FastifyRequest } from 'fastify';
import { classifyError } from '../../../transport/classify-error.js';
import { toProblem } from '../../../transport/problem.js';
import { reportError } from '../../../transport/report-error.js';
import { loginPage, loginPagePolicy } from './login-page.js';

/** Whether the caller is a person with a browser who opened a page. */
export function wantsPage(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').includes('text/html');
}

/** Answers with the login page. */
export function sendLoginPage(reply: FastifyReply, status: number, alert?: string): FastifyReply {
  return reply.status(status).header('content-security-policy', loginPagePolicy).type('text/html; charset=utf-8').send(loginPage(alert));
}

/** Answers with the problem document of any error. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, err: unknown): FastifyReply {
  const error = classifyError(err);
  reportError(error, request.id);
  const problem = toProblem(error, request.id);
  if (problem.retryAfterMs !== undefined) reply.header('retry-after', String(Math.max(1, Math.ceil(problem.retryAfterMs / 1000))));
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.status(problem.status).type('application/problem+json; charset=utf-8').send(problem);
}

/** Headers of everything under /admin: not kept, not framed, not guessed at. */
export function protectAnswer(reply: FastifyReply): void {
  reply
    .header('cache-control', 'no-store')
    .header('x-frame-options', 'DENY')
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer');
}
