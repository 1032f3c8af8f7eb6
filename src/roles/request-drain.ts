import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import { AppError } from '#platform/errors/app-error.js';
import { shutdownOrder, type ShutdownState } from '#platform/shutdown.js';
import type { RequestsInFlight } from '../transport/requests-in-flight.js';

const pollMs = 20;
/** A request that takes longer is cut, so that the rest of the stop has its time. */
const patienceMs = 5000;
const retryAfterMs = 1000;

/** Has a stop wait for the requests in flight, and refuses those that come later (probes are still answered). */
export function drainRequests(server: FastifyInstance, inFlight: Pick<RequestsInFlight, 'count'>, shutdown: ShutdownState): void {
  const refuseWhenStopping: onRequestHookHandler = (request, reply, done) => {
    if (!shutdown.isShuttingDown) return done();
    reply.header('connection', 'close');
    done(
      request.url.startsWith('/health/') ? undefined : new AppError('overloaded', { detail: 'The server is shutting down.', retryAfterMs }),
    );
  };
  server.addHook('onRequest', refuseWhenStopping);
  shutdown.onShutdown(shutdownOrder.work, 'requests', async () => {
    const deadline = Date.now() + patienceMs;
    while (inFlight.count > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, pollMs));
  });
}
