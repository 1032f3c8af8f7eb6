import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Controller } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#platform/errors/app-error.js';
import { contentSecurityPolicy } from '../../transport/content-security-policy.js';
import { CurrentRequest, Reply } from '../../transport/handler-arguments.js';
import { PublicPage } from '../../transport/public-page.js';
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
const policy = contentSecurityPolicy({
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'font-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
});

/** The documentation. It is public, because its content is the same for everyone. */
@Controller()
export class DocsController {
  private readonly written = new Map<string, string>();

  @PublicPage(Object.keys(files))
  show(@CurrentRequest() { routeOptions }: FastifyRequest, @Reply() reply: FastifyReply): string {
    const path = routeOptions.url ?? '';
    const file = files[path];
    if (file === undefined) throw new AppError('route.notFound');
    const body = this.written.get(path) ?? file.write();
    this.written.set(path, body);
    reply
      .header('content-type', file.type)
      .header('content-security-policy', policy)
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'no-cache');
    return body;
  }

  /** Answers `/docs/`: Nest cuts one slash off the end of a path. */
  @PublicPage(['/docs//'])
  redirect(@Reply() reply: FastifyReply): void {
    reply.status(301).header('location', '/docs');
  }
}

function swaggerAsset(name: string): string {
  const folder = join(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'), '..');
  return readFileSync(join(folder, name), 'utf8');
}
