import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#platform/errors/app-error.js';
import type { QueueDashboard } from '../../queues/queue-dashboard.js';
import type { Operators } from '../operators.js';
import { protectAnswer, sendLoginPage, sendProblem, wantsPage } from './answers.js';
import { operatorTokenOf } from './operator-request.js';

/** Where the dashboard is. */
export const dashboardPath = '/admin/queues';

/** The dashboard runs its own scripts and styles, and loads nothing from elsewhere. */
const policy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The queue dashboard behind the operator's login. Everything is registered in a scope of its own whose first hook refuses
 * whoever is not an operator: pages, scripts, API and unknown paths alike, however the path is spelt.
 */
export function dashboardRoutes(server: FastifyInstance, dashboard: QueueDashboard, operators: Operators): void {
  void server.register(
    async (scope) => {
      scope.addHook('onRequest', async (request, reply) => {
        protectAnswer(reply);
        reply.header('content-security-policy', policy);
        await admit(request, reply, operators);
      });
      scope.setNotFoundHandler((request, reply) => sendProblem(request, reply, new AppError('route.notFound')));
      await scope.register(dashboard.plugin(dashboardPath));
    },
    { prefix: dashboardPath },
  );
}

async function admit(request: FastifyRequest, reply: FastifyReply, operators: Operators): Promise<void> {
  try {
    const token = operatorTokenOf(request);
    if (token === undefined) throw new AppError('auth.required');
    await operators.authenticate(token);
  } catch (err) {
    const isLoginMissing = err instanceof AppError && err.code.startsWith('auth.');
    if (isLoginMissing && wantsPage(request)) sendLoginPage(reply, 401);
    else sendProblem(request, reply, isLoginMissing ? new AppError('auth.required', { detail: 'Log in at /admin/login.' }) : err);
  }
}
