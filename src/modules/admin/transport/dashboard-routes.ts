import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#platform/errors/app-error.js';
import type { QueueDashboard } from '../../queues/queue-dashboard.js';
import type { Operators } from '../infra/operators.js';
import { contentSecurityPolicy } from '../../../transport/content-security-policy.js';
import { sendProblem } from '../../../transport/send-problem.js';
import { protectAnswer, sendLoginPage, wantsPage } from './answers.js';
import { operatorTokenOf } from './operator-request.js';

/** The path of the dashboard. */
export const dashboardPath = '/admin/queues';

/** The dashboard runs its own scripts and styles, and loads nothing from other origins. */
const policy = contentSecurityPolicy({
  'default-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'font-src': ["'self'", 'data:'],
  'object-src': ["'none'"],
  'base-uri': ["'self'"],
  'form-action': ["'self'"],
});

/**
 * Registers the queue dashboard behind the operators' login. It has a scope of its own whose first hook refuses requests of
 * non-operators: for pages, scripts, API and unknown paths alike, whatever the spelling of the path.
 */
export function dashboardRoutes(server: FastifyInstance, dashboard: QueueDashboard, operators: Operators): void {
  void server.register(
    async (scope) => {
      scope.addHook('onRequest', async (request, reply) => {
        protectAnswer(reply);
        reply.header('content-security-policy', policy);
        await admitOperator(request, reply, operators);
      });
      scope.addHook('onSend', async (_request, reply, payload) => (isPage(reply, payload) ? toOwnPage(payload) : payload));
      scope.setNotFoundHandler((_request, reply) => sendProblem(reply, new AppError('route.notFound')));
      await scope.register(dashboard.plugin(dashboardPath));
    },
    { prefix: dashboardPath },
  );
}

async function admitOperator(request: FastifyRequest, reply: FastifyReply, operators: Operators): Promise<void> {
  try {
    const token = operatorTokenOf(request);
    if (token === undefined) throw new AppError('auth.required');
    await operators.authenticateToken(token);
  } catch (error) {
    const isLoginMissing = error instanceof AppError && error.code.startsWith('auth.');
    if (isLoginMissing && wantsPage(request)) sendLoginPage(reply, 401);
    else sendProblem(reply, isLoginMissing ? new AppError('auth.required', { detail: 'Log in at /admin/login.' }) : error);
  }
}

function isPage(reply: FastifyReply, payload: unknown): payload is string {
  return typeof payload === 'string' && String(reply.getHeader('content-type')).startsWith('text/html');
}

/** The dashboard's page without what it loads from other origins (its font, which the policy blocks anyway), and with a logout. */
export function toOwnPage(page: string): string {
  const own = page.replaceAll(/<link\b[^>]*\bhref="(?:https?:)?\/\/[^>]*>\s*/g, '');
  return own.replace('</body>', `${logoutForm}</body>`);
}

/** A form, because a link would be a GET, which must not change anything. */
const logoutForm = `<form method="post" action="/admin/logout" style="position:fixed;right:1rem;bottom:1rem;z-index:1000">
<button type="submit" style="padding:.4rem .9rem;font:600 .85rem system-ui,sans-serif;border:1px solid #8886;border-radius:.4rem;background:Canvas;color:CanvasText;cursor:pointer">Log out</button>
</form>
`;
