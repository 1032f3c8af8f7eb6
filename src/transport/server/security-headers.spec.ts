import fastify from 'fastify';
import { addSecurityHeaders } from './security-headers.js';

async function answersWith(corsOrigins: string[]) {
  const server = fastify();
  addSecurityHeaders(server, { corsOrigins });
  server.get('/', (_request, reply) => reply.send('plain'));
  server.get('/page', (_request, reply) => reply.header('content-security-policy', 'its own').send('page'));
  const [plain, page, missing] = await Promise.all(['/', '/page', '/missing'].map((url) => server.inject({ url })));
  return { plain: plain?.headers, page: page?.headers, missing: missing?.headers };
}

const strict = {
  'content-security-policy': expect.stringMatching(/^default-src 'self';.*frame-ancestors 'none'$/),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': expect.stringContaining('max-age='),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'x-xss-protection': '0',
};

test('every answer is strict, one that no route gives too', async () => {
  const { plain, missing } = await answersWith([]);
  expect(plain).toMatchObject(strict);
  expect(missing).toMatchObject(strict);
});

test('a page that has its own policy keeps the other headers', async () => {
  expect((await answersWith([])).page).toMatchObject({ ...strict, 'content-security-policy': 'its own' });
});

test('pages of other origins may read answers where some are configured', async () => {
  expect((await answersWith(['https://chat.example.org'])).plain).toMatchObject({
    ...strict,
    'cross-origin-resource-policy': 'cross-origin',
  });
});
