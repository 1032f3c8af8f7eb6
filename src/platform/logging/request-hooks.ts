import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { runWithFields } from './context.js';
import type { Log } from './log.js';

/** The log line of an answered request. */
export interface RequestLine {
  readonly requestId: string;
  readonly method: string;
  readonly route: string | null;
  readonly status: number;
  readonly ms: number;
}

/** Puts each request into a log context with its id, and answers with the id in `x-request-id`. */
export function addRequestContext(server: FastifyInstance): void {
  const openContext: onRequestHookHandler = (request, reply, done) => {
    reply.header('x-request-id', request.id);
    runWithFields({ requestId: request.id }, done);
  };
  server.addHook('onRequest', openContext);
}

/** Logs an answered request: at debug, at info for a client error, at warn for a server error. Never a query, a body, a header or a path parameter. */
export function logRequest(log: Log, { requestId, method, route, status, ms }: RequestLine): void {
  const level = levelFor(status);
  if (log.isLevelEnabled(level)) log[level]({ msg: 'request', requestId, method, route, status, ms: Math.round(ms * 10) / 10 });
}

function levelFor(status: number): 'debug' | 'info' | 'warn' {
  return status >= 500 ? 'warn' : status >= 400 ? 'info' : 'debug';
}
