import type { FastifyInstance } from 'fastify';
import { AppError } from '../platform/errors/app-error.js';
import { shutdownOrder, type ShutdownState } from '../platform/shutdown.js';

const pollMs = 20;
/** A request that takes longer is cut, so that the rest of the stop has its time. */
const patienceMs = 5000;
const retryAfterMs = 1000;

/** Counts requests, so that a stop waits for those in flight and refuses those that come later (probes are still answered). */
export function drainRequests(server: FastifyInstance, shutdown: ShutdownState): void {
  let inFlight = 0;
  server.addHook('onRequest', (request, reply, done) => {
    inFlight += 1;
    if (!shutdown.isShuttingDown) return done();
    reply.header('connection', 'close');
    done(
      request.url.startsWith('/health/') ? undefined : new AppError('overloaded', { detail: 'The server is shutting down.', retryAfterMs }),
    );
  });
  server.addHook('onResponse', (_request, _reply, done) => {
    inFlight -= 1;
    done();
  });
  shutdown.onShutdown(shutdownOrder.work, 'requests', async () => {
    const deadline = Date.now() + patienceMs;
    while (inFlight > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, pollMs));
  });
}
