import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance, onRequestHookHandler } from 'fastify';
import helmet from 'helmet';
import type { Config } from '#platform/config/config.js';

/** Puts the headers on every answer. A page that needs more (the docs, the dashboard) sets its own policy. */
export function addSecurityHeaders(server: FastifyInstance, headers: Readonly<Record<string, string>>): void {
  const setSecurityHeaders: onRequestHookHandler = (_request, reply, done) => {
    reply.headers(headers);
    done();
  };
  server.addHook('onRequest', setSecurityHeaders);
}

/** Headers that tell browsers to be strict. They are the same on each answer, so helmet is asked once: it would write and check the policy anew for each request. */
export function securityHeaders(config: Pick<Config, 'corsOrigins'>): Readonly<Record<string, string>> {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  helmet(helmetOptions(config))(request, response, (err) => {
    if (err !== undefined) throw new Error('the security headers cannot be written', { cause: err });
  });
  return Object.fromEntries(Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]));
}

function helmetOptions({ corsOrigins }: Pick<Config, 'corsOrigins'>) {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginResourcePolicy: { policy: corsOrigins.length > 0 ? ('cross-origin' as const) : ('same-origin' as const) },
  };
}
