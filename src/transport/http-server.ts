import type { IncomingMessage } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { routes, type RouteSpec } from '#contracts/routes.js';
import type { Config } from '#platform/config/config.js';
import { AppError } from '#platform/errors/app-error.js';
import { requestIdFrom } from '#platform/logging/request-id.js';
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
  adapter.useBodyParser('application/json', false, undefined, readJson);
  const bodyLimits = routeBodyLimits();
  adapter.getInstance().addHook('onRoute', (route) => {
    route.bodyLimit = bodyLimits.get(`${String(route.method)} ${route.url}`) ?? route.bodyLimit;
  });
  return adapter;
}

const exposedHeaders = ['idempotent-replayed', 'retry-after', 'x-request-id'];

/** Lets the configured web pages call the REST door. Others get no leave, so that their browsers refuse; where none is configured, nobody is asked. */
export function enableCors(app: NestFastifyApplication, config: Config): void {
  if (config.corsOrigins.length === 0) return;
  app.enableCors({
    origin: [...config.corsOrigins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'x-request-id'],
    exposedHeaders,
    maxAge: 600,
  });
}

/** The headers with which `enableCors` has a request answered that comes from no page. */
export function corsHeadersWithoutOrigin({ corsOrigins }: Pick<Config, 'corsOrigins'>): Readonly<Record<string, string>> {
  return corsOrigins.length === 0 ? {} : { vary: 'Origin', 'access-control-expose-headers': exposedHeaders.join(', ') };
}

/** The value of a body of JSON. No body at all is none, whatever type it is announced as: many clients name the type on every request. Throws `validation.failed`. */
export function parseJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (err) {
    throw new AppError('validation.failed', { detail: 'The body is not JSON.', cause: err });
  }
}

function readJson(_request: unknown, body: Buffer, done: (err: Error | null, parsed?: unknown) => void): void {
  let parsed: unknown;
  try {
    parsed = parseJson(body);
  } catch (err) {
    done(err instanceof Error ? err : new AppError('internal', { cause: err }));
    return;
  }
  done(null, parsed);
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
