import type { FastifyReply, FastifyRequest } from 'fastify';
import { loginPage, loginPagePolicy } from './login-page.js';

/** Whether the request comes from a browser that opens a page. */
export function wantsPage(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').includes('text/html');
}

/** Answers with the login page. */
export function sendLoginPage(reply: FastifyReply, status: number, alert?: string): FastifyReply {
  return reply.status(status).header('content-security-policy', loginPagePolicy).type('text/html; charset=utf-8').send(loginPage(alert));
}

/** Sets the headers of everything under /admin: no caching, no framing, no content sniffing. */
export function protectAnswer(reply: FastifyReply): void {
  reply
    .header('cache-control', 'no-store')
    .header('x-frame-options', 'DENY')
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer');
}
