import { createHash } from 'node:crypto';
import { Controller, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '#platform/config/config.js';
import { parleyVersion } from '#platform/version.js';
import { contentSecurityPolicy } from '../../transport/content-security-policy.js';
import { CurrentRequest, Reply } from '../../transport/handler-arguments.js';
import { Html, html, prose } from '../../transport/html.js';
import { PublicPage } from '../../transport/public-page.js';

/** A part of the server that a visitor may look for. */
interface Place {
  readonly name: string;
  readonly path: string;
  readonly words: string;
}

const style = `
:root { color-scheme: light dark; }
body { max-width: 38rem; margin: 4rem auto; padding: 0 1.5rem; font: 16px/1.6 system-ui, sans-serif; }
dt { margin-top: 1rem; font-weight: 600; }
dd { margin: 0; }
`;
const policy = contentSecurityPolicy({ 'style-src': [`'sha256-${createHash('sha256').update(style).digest('base64')}'`] });

/** `/`: where to find everything, as a page for browsers and as JSON for programs. */
@Controller()
export class FrontPagesController {
  private readonly places: readonly Place[];
  private readonly page: string;

  constructor(@Inject(CONFIG) { role, docsEnabled }: Config) {
    this.places = placesOf(role, docsEnabled);
    this.page = pageOf(this.places);
  }

  @PublicPage(['/'])
  show(@CurrentRequest() { headers }: FastifyRequest, @Reply() reply: FastifyReply): unknown {
    reply.header('vary', 'accept').header('cache-control', 'no-cache');
    if (headers.accept?.includes('text/html') === true) {
      reply.header('content-type', 'text/html; charset=utf-8').header('content-security-policy', policy);
      return this.page;
    }
    const links = Object.fromEntries(this.places.map(({ name, path }) => [name, path]));
    return { name: 'Parley', version: parleyVersion(), links };
  }
}

function placesOf(role: Config['role'], docsEnabled: boolean): Place[] {
  const api: Place[] = [
    { name: 'api', path: '/v1', words: 'The REST API. Sockets connect to this server with Socket.IO, path `/socket.io`.' },
    ...(docsEnabled
      ? [
          { name: 'docs', path: '/docs', words: 'Every REST route, with a form to try it.' },
          { name: 'events', path: '/docs/events', words: 'Socket commands and events, with a first client.' },
          { name: 'errors', path: '/docs/errors', words: 'Every error code, and what to do about it.' },
        ]
      : []),
    { name: 'admin', path: '/admin/queues', words: 'The queue dashboard, for operators.' },
  ];
  return [
    ...(role === 'worker' ? [] : api),
    { name: 'health', path: '/health/ready', words: 'Whether this process can take work, with the state of its stores.' },
    { name: 'metrics', path: '/metrics', words: 'Metrics in the format of Prometheus.' },
  ];
}

function pageOf(places: readonly Place[]): string {
  // No link to the API itself, which has no page.
  const entries = places.map(({ name, path, words }) => {
    const place = name === 'api' ? html`<code>${path}</code>` : html`<a href="${path}">${path}</a>`;
    return html`<dt>${place}</dt>
      <dd>${prose(words)}</dd>`;
  });
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Parley</title>
        ${new Html(`<style>${style}</style>`)}
      </head>
      <body>
        <h1>Parley</h1>
        <p>A messaging server, version ${parleyVersion()}.</p>
        <dl>${entries}</dl>
      </body>
    </html> `.text;
}
