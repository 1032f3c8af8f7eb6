import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { asyncapiYaml } from './asyncapi-document.js';
import { openapiDocument } from './openapi-document.js';
import { errorsPage } from './pages/errors-page.js';
import { eventsPage } from './pages/events-page.js';
import { copyScript, stylesheet } from './pages/stylesheet.js';
import { swaggerPage, swaggerStart, swaggerTheme } from './pages/swagger-page.js';

/** A file of the documentation: its media type, and how to write it when it is first requested. */
interface DocsFile {
  readonly type: string;
  readonly write: () => string;
}

const page = 'text/html; charset=utf-8';
const css = 'text/css; charset=utf-8';
const script = 'text/javascript; charset=utf-8';

const files: Readonly<Record<string, DocsFile>> = {
  '/docs': { type: page, write: () => swaggerPage },
  '/docs/events': { type: page, write: eventsPage },
  '/docs/errors': { type: page, write: errorsPage },
  '/docs/openapi.json': { type: 'application/json; charset=utf-8', write: () => `${JSON.stringify(openapiDocument(), null, 2)}\n` },
  '/docs/asyncapi.yaml': { type: 'application/yaml; charset=utf-8', write: asyncapiYaml },
  '/docs/assets/docs.css': { type: css, write: () => stylesheet },
  '/docs/assets/docs.js': { type: script, write: () => copyScript },
  '/docs/assets/swagger-start.js': { type: script, write: () => swaggerStart },
  '/docs/assets/swagger-theme.css': { type: css, write: () => swaggerTheme },
  '/docs/assets/swagger-ui.css': { type: css, write: () => swaggerAsset('swagger-ui.css') },
  '/docs/assets/swagger-ui-bundle.js': { type: script, write: () => swaggerAsset('swagger-ui-bundle.js') },
};

/** Swagger UI sets inline styles and has icons in `data:` URLs; nothing is loaded from another origin. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Registers the routes of the documentation. They are public, because their content is the same for everyone. */
export function registerDocsRoutes(server: FastifyInstance): void {
  for (const [path, file] of Object.entries(files)) {
    const body = once(file.write);
    server.get(path, { logLevel: 'warn' }, (_request, reply) => send(reply, file.type, body()));
  }
  server.get('/docs/', (_request, reply) => reply.redirect('/docs', 301));
}

function send(reply: FastifyReply, type: string, body: string): FastifyReply {
  return reply
    .header('content-type', type)
    .header('content-security-policy', contentSecurityPolicy)
    .header('x-content-type-options', 'nosniff')
    .header('cache-control', 'no-cache')
    .send(body);
}

function swaggerAsset(name: string): string {
  const folder = join(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'), '..');
  return readFileSync(join(folder, name), 'utf8');
}

function once(write: () => string): () => string {
  let written: string | undefined;
  return () => (written ??= write());
}
