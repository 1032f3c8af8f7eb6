import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { runInContext } from './context.js';
import type { Log } from './log.js';

/** What the line about an answered request says. */
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
    runInContext({ requestId: request.id }, done);
  };
  server.addHook('onRequest', openContext);
}

/** Writes the line of an answered request: at debug, or info when it failed (warn when the failure is ours). Never a query, a body, a header or a path parameter. */
export function logRequest(log: Log, { requestId, method, route, status, ms }: RequestLine): void {
  const level = levelFor(status);
  if (log.isLevelEnabled(level)) log[level]({ msg: 'request', requestId, method, route, status, ms: Math.round(ms * 10) / 10 });
}

function levelFor(status: number): 'debug' | 'info' | 'warn' {
  return status >= 500 ? 'warn' : status >= 400 ? 'info' : 'debug';
}
