import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { runInContext } from './context.js';
import type { Log } from './log.js';

/**
 * Puts each request into a log context with its id, answers with the id in `x-request-id`, and writes one line when it is answered:
 * at debug, or info when it failed (warn when the failure is ours). Never a query, a body, a header or a path parameter.
 */
export function addRequestHooks(server: FastifyInstance, log: Log): void {
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    runInContext({ requestId: request.id }, done);
  });
  server.addHook('onResponse', (request, reply, done) => {
    const level = levelFor(reply.statusCode);
    if (log.isLevelEnabled(level)) log[level](lineFor(request, reply));
    done();
  });
}

function levelFor(status: number): 'debug' | 'info' | 'warn' {
  return status >= 500 ? 'warn' : status >= 400 ? 'info' : 'debug';
}

function lineFor(request: FastifyRequest, reply: FastifyReply): object {
  return {
    msg: 'request',
    requestId: request.id,
    method: request.method,
    route: request.routeOptions.url ?? null,
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
  };
}
