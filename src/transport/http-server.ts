import type { IncomingMessage } from 'node:http';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { routes, type RouteSpec } from '../../contracts/routes.js';
import type { Config } from '../platform/config/config.js';
import { AppError } from '../platform/errors/app-error.js';
import { requestIdFrom } from '../platform/logging/request-id.js';
import { classifyError } from './classify-error.js';
import { nestPath } from './endpoint.js';
import { problemType, toProblem } from './problem.js';

/** Bytes of request body where the contract says nothing else. */
export const bodyBytesMax = 256 * 1024;
const pathParameterCharactersMax = 1024;

/** Makes the HTTP server with its limits: sizes per route, times, and whose address a request comes from. */
export function createHttpAdapter(config: Config): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: bodyBytesMax,
    trustProxy: trustedProxies(config),
    requestTimeout: config.requestTimeoutMs,
    connectionTimeout: config.connectionTimeoutMs,
    keepAliveTimeout: 30_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: pathParameterCharactersMax },
    frameworkErrors: (err: FastifyError, request: FastifyRequest, reply: FastifyReply) => sendProblem(err, request, reply),
    genReqId: (request: IncomingMessage) => requestIdFrom(request.headers['x-request-id']),
  });
  adapter.useBodyParser('application/json', false, undefined, parseJson);
  answerInTime(adapter.getInstance(), config.ackTimeoutMs);
  const bodyLimits = routeBodyLimits();
  adapter.getInstance().addHook('onRoute', (route) => {
    route.bodyLimit = bodyLimits.get(`${String(route.method)} ${route.url}`) ?? route.bodyLimit;
  });
  return adapter;
}

/**
 * Answers `overloaded` when nobody else has answered in time, whatever is waited for: the guard, the rate, the handler. The
 * server's own `handlerTimeout` ends when the body was read, and so does not do.
 */
function answerInTime(server: FastifyInstance, timeoutMs: number): void {
  server.addHook('onRequest', (_request, reply, done) => {
    const timer = setTimeout(() => {
      if (!reply.sent) void reply.send(new AppError('overloaded', { detail: 'The answer took too long.' }));
    }, timeoutMs);
    reply.raw.once('close', () => clearTimeout(timer));
    done();
  });
}

/** Lets the configured web pages call the REST door. Others get no CORS header, so that their browsers refuse. */
export function enableCors(app: NestFastifyApplication, config: Config): void {
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

/** What the router refuses before any route or filter is reached. */
function sendProblem(err: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblem(classifyError(err), request.id);
  void reply.status(problem.status).header('Content-Type', problemType).send(problem);
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
