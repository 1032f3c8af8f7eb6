import type { IncomingMessage } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { routes, type RouteSpec } from '../../contracts/routes.js';
import type { Config } from '../platform/config/config.js';
import { AppError } from '../platform/errors/app-error.js';
import { requestIdFrom } from '../platform/logging/request-id.js';
import { answerProblem } from './answer-problem.js';
import { nestPath } from './endpoint.js';

/** Bytes of request body where the contract says nothing else. */
export const bodyBytesMax = 256 * 1024;
const pathParameterCharactersMax = 1024;

/** Makes the HTTP server with its limits: sizes per route, times to send a request, and whose address one comes from. */
export function createHttpAdapter(config: Config): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: bodyBytesMax,
    trustProxy: trustedProxies(config),
    requestTimeout: config.requestTimeoutMs,
    connectionTimeout: config.connectionTimeoutMs,
    keepAliveTimeout: 30_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: pathParameterCharactersMax },
    // What the router refuses before any route or filter is reached.
    frameworkErrors: (err: FastifyError, _request: FastifyRequest, reply: FastifyReply) => answerProblem(err, reply),
    genReqId: (request: IncomingMessage) => requestIdFrom(request.headers['x-request-id']),
  });
  adapter.useBodyParser('application/json', false, undefined, parseJson);
  const bodyLimits = routeBodyLimits();
  adapter.getInstance().addHook('onRoute', (route) => {
    route.bodyLimit = bodyLimits.get(`${String(route.method)} ${route.url}`) ?? route.bodyLimit;
  });
  return adapter;
}

/** Lets the configured web pages call the REST door. Others get no CORS header, so that their browsers refuse; where none is configured, nobody is asked. */
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

/** No body at all is none, whatever type it is announced as: many clients name the type on every request. */
function parseJson(_request: unknown, body: Buffer, done: (err: Error | null, parsed?: unknown) => void): void {
  if (body.length === 0) return done(null);
  try {
    done(null, JSON.parse(body.toString('utf8')));
  } catch (err) {
    done(new AppError('validation.failed', { detail: 'The body is not JSON.', cause: err }));
  }
}

/** A number of hops is a function here: the framework's types know no numbers, and it counts the same. */
function trustedProxies({ trustProxy }: Config): boolean | string[] | ((address: string, hop: number) => boolean) {
  return typeof trustProxy === 'number' ? (_address, hop) => hop < trustProxy : trustProxy;
}

function routeBodyLimits(): Map<string, number> {
  const limited = Object.values<RouteSpec>(routes).flatMap((route): Array<[string, number]> =>
    route.bodyBytesMax === undefined ? [] : [[`${route.method} ${nestPath(route.path)}`, route.bodyBytesMax]],
  );
  return new Map(limited);
}
