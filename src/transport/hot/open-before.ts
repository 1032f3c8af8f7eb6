import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { refuseUnknownHooks } from './server-hooks.js';

/** Whether it answers the request, sooner or later. */
export type Take = (request: IncomingMessage, response: ServerResponse) => boolean;

/** Asks `take` before the framework, which answers what is not taken. Has to be called before the server is ready, which it will not be when the framework does more for each request than the hot door knows of. */
export function openBefore(framework: FastifyInstance, take: Take): void {
  framework.addHook('onReady', async () => refuseUnknownHooks(framework));
  const { server } = framework;
  const listeners = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    if (take(request, response)) return;
    for (const listener of listeners) Reflect.apply(listener, server, [request, response]);
  });
}
