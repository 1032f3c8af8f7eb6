import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';
import type { Config } from '#platform/config/config.js';
import { contentSecurityPolicy } from '../content-security-policy.js';

const policy = contentSecurityPolicy({
  'default-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'font-src': ["'self'", 'data:'],
  'object-src': ["'none'"],
  'form-action': ["'self'"],
});

/** Puts headers on every answer that make browsers strict. A page that needs more (docs, dashboard) sets its own policy. */
export function addSecurityHeaders(server: FastifyInstance, config: Pick<Config, 'corsOrigins'>): void {
  const headers = securityHeaders(config);
  server.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}

/** The headers by name. Helmet runs once, because the headers are the same on each answer and it would write them anew for each request. */
export function securityHeaders({ corsOrigins }: Pick<Config, 'corsOrigins'>): Readonly<Record<string, string>> {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  const resourcePolicy = corsOrigins.length > 0 ? ('cross-origin' as const) : ('same-origin' as const);
  const write = helmet({ contentSecurityPolicy: false, crossOriginResourcePolicy: { policy: resourcePolicy } });
  write(request, response, (error) => {
    if (error !== undefined) throw new Error('helmet cannot write the security headers', { cause: error });
  });
  const written = Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]);
  return { 'content-security-policy': policy, ...Object.fromEntries(written) };
}
