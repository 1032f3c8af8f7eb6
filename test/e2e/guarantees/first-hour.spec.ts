import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { nextServerUrl } from '../../support/environment.js';
import { openFolder, runParley } from '../../support/server.js';

jest.setTimeout(60_000);

const open = (path: string, accept: string) => fetch(`${nextServerUrl()}${path}`, { headers: { accept } });

test('the address of the server leads a browser to everything that it serves', async () => {
  const answer = await open('/', 'text/html,application/xhtml+xml,*/*;q=0.8');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain('text/html');
  const page = await answer.text();
  const links = [...page.matchAll(/href="([^"]+)"/g)].flatMap(([, href]) => href ?? []);
  expect(links).toEqual(expect.arrayContaining(['/docs', '/docs/events', '/admin/queues', '/health/ready', '/metrics']));
  for (const link of links.filter((path) => path !== '/admin/queues'))
    expect({ link, status: (await open(link, 'text/html')).status }).toEqual({ link, status: 200 });
  // Operators have to log in.
  expect((await open('/admin/queues', 'text/html')).status).toBe(401);
});

test('the address of the server answers programs with the same links as JSON', async () => {
  for (const accept of ['application/json', '*/*']) {
    const answer = await open('/', accept);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      name: 'Parley',
      links: { api: '/v1', docs: '/docs', events: '/docs/events', health: '/health/ready', admin: '/admin/queues' },
    });
  }
});

test('a port that is in use is reported before a database is created', async () => {
  const occupant = createServer().listen(0, '127.0.0.1');
  await once(occupant, 'listening');
  const address = occupant.address();
  const port = typeof address === 'object' && address !== null ? String(address.port) : '';
  const dataDir = join(openFolder('parley-port-'), 'data');
  const run = await runParley(['--port', port], { dataDir });
  occupant.close();
  expect(run.code).not.toBe(0);
  expect(run.output).toContain(`Port ${port} of 127.0.0.1 is in use; choose another one with --port`);
  expect(existsSync(dataDir)).toBe(false);
});
