import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { errorCatalogue } from '#contracts/errors.js';
import { AppError } from '#platform/errors/app-error.js';
import { classifyError } from '../../../transport/classify-error.js';
import type { Operators } from '../infra/operators.js';
import { sendProblem } from '../../../transport/send-problem.js';
import { protectAnswer, sendLoginPage, wantsPage } from './answers.js';
import { dashboardPath } from './dashboard-routes.js';
import { operatorTokenOf, refuseOtherSites, setOperatorCookie } from './operator-request.js';

const LoginBody = z.strictObject({ username: z.string().min(1).max(64), password: z.string().min(1).max(1024) });
const bodyBytesMax = 8 * 1024;

export interface LoginOptions {
  readonly operators: Operators;
  /** Sends cookies over HTTPS only, even if the request seems to come over HTTP. */
  readonly isProduction: boolean;
}

/** `GET /admin`, `GET` and `POST /admin/login`, `POST /admin/logout`: for browsers by form, for programs by JSON. */
export function loginRoutes(server: FastifyInstance, { operators, isProduction }: LoginOptions): void {
  acceptForms(server);
  server.addHook('onRequest', async (_request, reply) => protectAnswer(reply));
  server.setErrorHandler((error, _request, reply) => sendProblem(reply, error));

  server.get('/admin', async (_request, reply) => reply.redirect(dashboardPath, 302));
  server.get('/admin/', async (_request, reply) => reply.redirect(dashboardPath, 302));
  server.get('/admin/login', async (_request, reply) => sendLoginPage(reply, 200));

  server.post('/admin/login', { bodyLimit: bodyBytesMax }, async (request, reply) => {
    try {
      refuseOtherSites(request);
      const { username, password } = parseLogin(request.body);
      const login = await operators.logIn(username, password, request.ip);
      setOperatorCookie(request, reply, login.token, login.expiresIn, isProduction);
      return isForm(request) ? reply.redirect(dashboardPath, 303) : reply.send(login);
    } catch (error) {
      const { code, detail } = classifyError(error);
      if (!isForm(request) || !wantsPage(request) || code === 'internal') throw error;
      return sendLoginPage(reply, errorCatalogue[code].status, detail ?? errorCatalogue[code].meaning);
    }
  });

  server.post('/admin/logout', { bodyLimit: bodyBytesMax }, async (request, reply) => {
    const token = operatorTokenOf(request);
    if (token !== undefined) await operators.logOut(token);
    setOperatorCookie(request, reply, '', 0, isProduction);
    return wantsPage(request) ? reply.redirect('/admin/login', 303) : reply.status(204).send();
  });
}

function acceptForms(server: FastifyInstance): void {
  const type = 'application/x-www-form-urlencoded';
  if (server.hasContentTypeParser(type)) server.removeContentTypeParser(type);
  server.addContentTypeParser(type, { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
}

function isForm(request: FastifyRequest): boolean {
  return (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
}

function parseLogin(body: unknown): z.infer<typeof LoginBody> {
  const parsed = LoginBody.safeParse(body);
  if (!parsed.success) throw new AppError('validation.failed', { detail: 'Send `username` and `password`.' });
  return parsed.data;
}
