import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { routes, type RouteSpec } from '#contracts/routes.js';
import type { Config } from '#platform/config/config.js';
import { AppError } from '#platform/errors/app-error.js';
import { findInexactNumber } from '#platform/inexact-number.js';
import { requestIdFrom } from '#platform/logging/request-id.js';
import { nestPath } from '../endpoint.js';
import { inexactNumberError } from '../field-errors.js';
import { sendProblem } from '../send-problem.js';
import { answerUnreadable } from './unreadable-requests.js';
import { securityHeaders } from './security-headers.js';

/** Bytes of a request body, unless the contract names another limit for the route. */
const bodyBytesMax = 256 * 1024;
const pathParameterCharactersMax = 1024;

/** Makes the HTTP server with its limits: body size per route, time to send a request, trusted proxies. */
export function createHttpAdapter(config: Config): FastifyAdapter {
  const headers = securityHeaders(config);
  const adapter = new FastifyAdapter({
    bodyLimit: bodyBytesMax,
    trustProxy: trustedProxies(config),
    requestTimeout: config.requestTimeoutMs,
    connectionTimeout: config.connectionTimeoutMs,
    keepAliveTimeout: 30_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: pathParameterCharactersMax },
    // Errors of the router itself, such as a path that cannot be decoded, which reach no hook, no route and no filter.
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) => sendProblem(reply.headers(headers), error),
    clientErrorHandler: (error, socket) => answerUnreadable(error, socket, headers),
    genReqId: (request: IncomingMessage) => requestIdFrom(request.headers['x-request-id']),
  });
  adapter.useBodyParser('application/json', false, undefined, readJson);
  const bodyLimits = routeBodyLimits();
  adapter.getInstance().addHook('onRoute', (route) => {
    route.bodyLimit = bodyLimits.get(`${String(route.method)} ${route.url}`) ?? route.bodyLimit;
  });
  return adapter;
}

/** Lets the configured web pages call the API. Browsers refuse it to all other pages. Without configured pages CORS stays off. */
export function enableCors(app: NestFastifyApplication, config: Config): void {
  if (config.corsOrigins.length === 0) return;
  app.enableCors({
    origin: [...config.corsOrigins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'x-request-id'],
    exposedHeaders: ['idempotent-replayed', 'retry-after', 'x-request-id'],
    maxAge: 600,
  });
}

/** An empty body is no body, even if it is announced as JSON: many clients name the media type on every request. */
function readJson(_request: unknown, body: Buffer, done: (error: Error | null, parsed?: unknown) => void): void {
  if (body.length === 0) return done(null, undefined);
  const text = body.toString('utf8');
  // Bytes that are no UTF-8 become U+FFFD, and the server would store another text than it was sent.
  if (text.includes('\ufffd') && !isUtf8(body)) return done(new AppError('validation.failed', { detail: 'The body is not UTF-8.' }));
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    done(new AppError('validation.failed', { detail: 'The body is not JSON.', cause: error }));
    return;
  }
  const inexact = findInexactNumber(text);
  if (inexact === undefined) done(null, parsed);
  else done(inexactNumberError(inexact));
}

/** Fastify's types do not know a number of hops, so a number becomes a function that counts the same. */
function trustedProxies({ trustProxy }: Config): boolean | string[] | ((address: string, hop: number) => boolean) {
  return typeof trustProxy === 'number' ? (_address, hop) => hop < trustProxy : trustProxy;
}

function routeBodyLimits(): Map<string, number> {
  const limited = Object.values<RouteSpec>(routes).flatMap((route): Array<[string, number]> =>
    route.bodyBytesMax === undefined ? [] : [[`${route.method} ${nestPath(route.path)}`, route.bodyBytesMax]],
  );
  return new Map(limited);
}
