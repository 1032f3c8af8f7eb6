import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#platform/errors/app-error.js';
import { bearerToken } from '../../../transport/bearer-token.js';

/** The cookie of an operator's browser. */
const operatorCookie = 'parley_operator';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The operator's token in a request: of the bearer header, else of the cookie. Throws `forbidden` for a cookie that another site made the browser send. */
export function operatorTokenOf(request: FastifyRequest): string | undefined {
  const bearer = bearerToken(request.headers);
  if (bearer !== undefined) return bearer;
  const token = request.cookies[operatorCookie];
  if (token !== undefined) refuseOtherSites(request);
  return token;
}

/** Throws `forbidden` for a request with effects that a page of another site has caused. `SameSite` alone would trust sibling domains. */
export function refuseOtherSites(request: FastifyRequest): void {
  if (safeMethods.has(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  const isForeign = site === undefined ? isOtherHost(request.headers.origin, request.host) : site !== 'same-origin' && site !== 'none';
  if (isForeign) throw new AppError('forbidden', { detail: 'This request came from a page of another site.' });
}

/** Keeps the login in the browser for `maxAgeSeconds`; an empty token removes it. `isSecure` restricts the cookie to HTTPS, even if the request seems to come over HTTP. */
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

/** Browsers send `Origin` with every request that has effects, programs do not; `null` is a page without an origin. */
function isOtherHost(origin: string | undefined, host: string): boolean {
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}
