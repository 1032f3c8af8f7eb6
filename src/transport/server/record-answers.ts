import type { FastifyInstance } from 'fastify';
import { routes } from '#contracts/routes.js';
import type { Log } from '#platform/logging/log.js';
import { logRequest } from '#platform/logging/request-hooks.js';
import { metrics } from '#platform/metrics.js';
import { nestPath } from '../endpoint.js';

const routeNames = new Map(Object.entries(routes).map(([name, { method, path }]) => [`${method} ${nestPath(path)}`, name]));

/** Logs and measures each request once it is answered or its client has left. Requests outside the contract are measured as `other`. */
export function recordAnswers(server: FastifyInstance, log: Log): void {
  server.addHook('onResponse', ({ id, method, routeOptions }, { statusCode, elapsedTime }, done) => {
    const route = routeOptions.url ?? null;
    logRequest(log, { requestId: id, method, route, status: statusCode, ms: elapsedTime });
    metrics.observeRequest(routeNames.get(`${method} ${route ?? ''}`) ?? 'other', statusCode, elapsedTime / 1000);
    done();
  });
}
