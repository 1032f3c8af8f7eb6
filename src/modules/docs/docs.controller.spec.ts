import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { commands } from '#contracts/commands.js';
import { errorCatalogue } from '#contracts/errors.js';
import { events } from '#contracts/events.js';
import { DocsModule } from './docs.module.js';

const pages = ['/docs', '/docs/events', '/docs/errors'];

describe('the documentation', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await NestFactory.create<NestFastifyApplication>(DocsModule, new FastifyAdapter(), { logger: false });
    await app.init();
  });
  afterAll(() => app.close());

  const get = async (path: string) => app.inject({ method: 'GET', url: path });
  const anchorsOf = (body: string): string[] => [...body.matchAll(/ id="([^"]+)"/g)].flatMap((match) => match[1] ?? []);
  const textOf = (body: string): string =>
    body
      .replaceAll(/<[^>]+>/g, '')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'");
  const linksOf = (body: string): string[] => [...body.matchAll(/(?:href|src)="([^"]+)"/g)].flatMap((match) => match[1] ?? []);

  it.each(pages)('%s loads nothing from another origin and runs no inline script', async (path) => {
    const { statusCode, headers, body } = await get(path);
    expect(statusCode).toBe(200);
    expect(headers['content-security-policy']).toContain("script-src 'self'");
    expect(body).not.toMatch(/(?:href|src)="(?:https?:)?\/\//);
    expect(body).not.toMatch(/<script>|style="|\son[a-z]+="/);
  });

  it.each(pages)('%s has no dead link', async (path) => {
    const { body } = await get(path);
    const links = new Set(linksOf(body).filter((href) => !href.startsWith('data:')));
    const anchors = new Map<string, string[]>();
    for (const link of links) {
      const [target = '', anchor] = link.split('#');
      const page = target === '' ? path : target;
      if (!anchors.has(page)) {
        const answer = await get(page);
        expect({ link, status: answer.statusCode }).toEqual({ link, status: 200 });
        anchors.set(page, anchorsOf(answer.body));
      }
      if (anchor !== undefined) expect(anchors.get(page)).toContain(anchor);
    }
  });

  it('lists every command, every event and every error', async () => {
    const inEvents = anchorsOf((await get('/docs/events')).body);
    const inErrors = anchorsOf((await get('/docs/errors')).body);
    expect(inEvents).toEqual(
      expect.arrayContaining([
        ...Object.keys(commands).map((name) => `command-${name}`),
        ...Object.keys(events).map((name) => `event-${name}`),
      ]),
    );
    expect(inErrors).toEqual(expect.arrayContaining(Object.keys(errorCatalogue)));
  });

  it('shows the description and the example of every command and event', async () => {
    const text = textOf((await get('/docs/events')).body);
    for (const { description, example } of Object.values(commands)) {
      expect(text).toContain(description.replaceAll('`', ''));
      expect(text).toContain(JSON.stringify(example.input, null, 2));
    }
    for (const { description, example } of Object.values(events)) {
      expect(text).toContain(description.replaceAll('`', ''));
      expect(text).toContain(JSON.stringify(example, null, 2));
    }
  });

  it('has no duplicate anchors', async () => {
    for (const path of pages) {
      const anchors = anchorsOf((await get(path)).body);
      expect(anchors.length).toBe(new Set(anchors).size);
    }
  });

  it('is also found at /docs/', async () => {
    const { statusCode, headers } = await get('/docs/');
    expect({ statusCode, location: headers.location }).toEqual({ statusCode: 301, location: '/docs' });
  });

  it('serves both machine-readable documents', async () => {
    expect((await get('/docs/openapi.json')).json()).toHaveProperty('openapi', '3.1.0');
    expect((await get('/docs/asyncapi.yaml')).body).toMatch(/^asyncapi: 3\.0\.0\n/);
  });
});
