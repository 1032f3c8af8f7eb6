import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import type { CommandName } from '#contracts/commands.js';
import { commands } from '#contracts/commands.js';
import type { RouteName } from '#contracts/routes.js';
import { type RouteSpec, routes } from '#contracts/routes.js';
import { api } from '../../support/api.js';
import { ackError } from '../../support/contract-check.js';
import { nextServerUrl } from '../../support/environment.js';
import { guest, type Person } from '../../support/people.js';
import { scene } from '../../support/scene.js';
import { connect } from '../../support/sockets.js';

jest.setTimeout(60_000);

/** Field names of the contract, so that some random objects pass the first checks. */
const fields = [
  'conversationId',
  'clientId',
  'text',
  'replyTo',
  'mentions',
  'metadata',
  'seq',
  'emoji',
  'scope',
  'before',
  'after',
  'limit',
  'cursor',
  'userIds',
  'memberIds',
  'type',
  'title',
  'name',
  'policy',
  'role',
  'messages',
  'conversations',
  'readSeq',
  'deliveredSeq',
  'displayName',
  'username',
  'password',
  'refreshToken',
  'query',
  'q',
  'status',
  'nonce',
];
/** Values that are known to break servers. */
const nasty = [
  '',
  '0',
  '-1',
  '1e9',
  '٣',
  '\u0000',
  '\ud800',
  "'; DROP TABLE users; --",
  '%',
  '_',
  '\\',
  '../..',
  '${7*7}',
  'x'.repeat(5000),
  '2024-01-01',
  'null',
  'true',
  '__proto__',
  'me',
];
const nastyNumbers = [0, -1, 1.5, 2 ** 31, 2 ** 53, 1e308, -0];
const known: string[] = [randomUUID()];
const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...nasty, ...nastyNumbers, null, true, [], {}),
  fc.constantFrom('group', 'direct', 'all', 'member', 'asc', 'away'),
  fc.nat(known.length - 1).map((index) => known[index]),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }),
);
const payload = fc.oneof(
  { weight: 9, arbitrary: fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 6 }) },
  { weight: 1, arbitrary: value },
);
const text = fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'binary', maxLength: 20 }));

let caller: Person;

beforeAll(async () => {
  const { owner, conversationId, stranger } = await scene();
  caller = owner;
  known.splice(0, 1, conversationId, owner.userId, stranger.userId);
});

const dangerous: readonly string[] = ['auth.logout', 'auth.revokeSession'];
const names = Object.keys(routes).filter((name): name is RouteName => !dangerous.includes(name));

test.each(names)('%s answers any input within the contract and never with `internal`', async (name) => {
  const route: RouteSpec = routes[name];
  const params = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => String(match[1]));
  const input = fc.record({
    params: fc.dictionary(
      fc.constantFrom(...params, 'none'),
      fc.oneof(text, fc.constantFrom(...known)).filter((one) => one !== '' && one.isWellFormed()),
    ),
    query: fc.dictionary(
      fc.constantFrom(...fields),
      text.filter((one) => one.isWellFormed()),
      { maxKeys: 3 },
    ),
    body: route.body === undefined ? fc.constant(undefined) : payload,
  });
  const sample = () => ({
    conversationId: known[0],
    userId: known[1],
    seq: 1,
    emoji: '👍',
    name: 'lobby',
    code: 'x'.repeat(20),
    sessionId: randomUUID(),
  });
  await fc.assert(
    fc.asyncProperty(input, async (one) => {
      await api(route.auth === 'none' ? {} : caller).raw(name, { ...one, params: { ...sample(), ...one.params } });
    }),
    { numRuns: 25, endOnFailure: true },
  );
});

test('any payload of a command gets one ack, which fits the contract and is never `internal`', async () => {
  const socket = await connect(caller);
  const commandNames = Object.keys(commands).filter((name): name is CommandName => name !== 'conversation.leave');
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...commandNames), payload, async (name, input) => {
      const ack = await socket.send(name, input);
      if (!ack.ok) expect(ackError(ack.error, name).code).not.toBe('internal');
    }),
    { numRuns: 400, endOnFailure: true },
  );
  await socket.barrier();
});

test.each([
  ['a path with a malformed escape', 'GET', '/v1/users/%zz'],
  ['a path out of its folder', 'GET', '/v1/../../etc/passwd'],
  ['an unknown route', 'GET', '/v1/nothing'],
  ['an unknown method', 'PUT', '/v1/auth/login'],
  ['the root', 'POST', '/'],
])('%s is answered with a problem document', async (_, method, path) => {
  const response = await fetch(`${nextServerUrl()}${path}`, { method });
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(response.status).toBeLessThan(500);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(await response.json()).toMatchObject({ status: response.status, requestId: expect.any(String) });
});

test('a body of another media type or encoding is refused as a client error', async () => {
  const { accessToken } = await guest();
  for (const type of ['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'application/json; charset=utf-16']) {
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': type };
    const response = await fetch(`${nextServerUrl()}/v1/conversations`, { method: 'POST', headers, body: 'type=group' });
    expect([400, 413, 415]).toContain(response.status);
    expect(await response.json()).toMatchObject({ code: 'validation.failed' });
  }
});
