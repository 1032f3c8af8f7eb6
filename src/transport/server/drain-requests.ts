import type { FastifyInstance } from 'fastify';
import { AppError } from '#platform/errors/app-error.js';
import { shutdownOrder, type ShutdownState } from '#platform/shutdown/shutdown-state.js';
import type { RequestsInFlight } from './requests-in-flight.js';

const pollMs = 20;
/** A stop waits this long for requests; then it cuts them off, so that the rest of the stop has its time. */
const drainTimeoutMs = 5000;
const retryAfterMs = 1000;

/** Makes a stop wait for the requests in flight, and refuses new requests meanwhile, except health probes. */
export function drainRequests(server: FastifyInstance, inFlight: Pick<RequestsInFlight, 'count'>, shutdown: ShutdownState): void {
  server.addHook('onRequest', (request, reply, done) => {
    if (!shutdown.isShuttingDown) return done();
    reply.header('connection', 'close');
    done(
      request.url.startsWith('/health/') ? undefined : new AppError('overloaded', { detail: 'The server is shutting down.', retryAfterMs }),
    );
  });
  const awaitRequests = async () => {
    const deadline = performance.now() + drainTimeoutMs;
    while (inFlight.count > 0 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, pollMs));
  };
  shutdown.addStep({ order: shutdownOrder.work, name: 'requests', run: awaitRequests });
}
