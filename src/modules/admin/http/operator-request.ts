import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#platform/errors/app-error.js';

/** The cookie an operator's browser keeps. */
const operatorCookie = 'parley_operator';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The operator's token of a request: the bearer's, else the cookie's. Throws `forbidden` for a cookie that another site makes the browser send. */
export function operatorTokenOf(request: FastifyRequest): string | undefined {
  const [, bearer] = /^Bearer ([^\s]+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (bearer !== undefined) return bearer;
  const token = request.cookies[operatorCookie];
  if (token !== undefined) refuseOtherSites(request);
  return token;
}

/** Throws `forbidden` when a request that changes something was caused by a page of another site. `SameSite` alone would trust sister domains. */
export function refuseOtherSites(request: FastifyRequest): void {
  if (safeMethods.has(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  const isForeign = site === undefined ? isOtherHost(request.headers.origin, request.host) : site !== 'same-origin' && site !== 'none';
  if (isForeign) throw new AppError('forbidden', { detail: 'This request came from a page of another site.' });
}

/** Puts the login into the browser for `maxAgeSeconds`; an empty token takes it out. `isSecure`: never in the clear, whatever the request looks like. */
export function setOperatorCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
  maxAgeSeconds: number,
  isSecure: boolean,
): void {
  const secure = isSecure || request.protocol === 'https';
  reply.setCookie(operatorCookie, token, { httpOnly: true, sameSite: 'strict', path: '/admin', secure, maxAge: maxAgeSeconds });
}

/** Programs send no `Origin`, browsers always do with what changes something; `null` is a page without one. */
function isOtherHost(origin: string | undefined, host: string): boolean {
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
