import { createDatabase } from '../../support/database.js';
import { environment } from '../../support/environment.js';
import { api } from '../../support/api.js';
import { loginOperator } from '../../support/operator.js';
import { account, guest, guests, password, type Person } from '../../support/people.js';
import { itemAt } from '../../support/present.js';
import { RawConnection } from '../../support/raw-connection.js';
import { makeConversation, readAll } from '../../support/scene.js';
import { type Server, startServer } from '../../support/server.js';
import { connect } from '../../support/sockets.js';
import { until, within } from '../../support/until.js';
import { floodedReader } from '../cases/flooded-reader.js';

jest.setTimeout(60_000);

const limits = {
  SOCKET_FRAME_BYTES_MAX: '16384',
  SOCKET_EVENTS_PER_SECOND_MAX: '20',
  SOCKETS_PER_USER_MAX: '3',
  RATE_LOGIN_FAILURES_PER_MINUTE: '4',
  RATE_REST_PER_SECOND: '40',
  RATE_REGISTER_PER_MINUTE: '60',
  CORS_ORIGINS: 'https://chat.example.org',
};

let server: Server;
let url: string;

beforeAll(async () => {
  server = await startServer({ databaseUrl: await createDatabase(environment().adminUrl), env: limits });
  url = server.url;
});

afterAll(() => server.stop());

test('a frame over the size limit closes its socket, stores nothing and affects no other socket', async () => {
  const { one, other, conversationId } = await pair();
  const [greedy, calm] = [await connect(one), await connect(other)];
  greedy.socket.emit('message.send', { conversationId, clientId: crypto.randomUUID(), text: 'x'.repeat(20_000) });
  await within(2000, 'the socket that sent too large a frame closes', greedy.closed);
  await calm.barrier();
  expect(await readAll(other, conversationId)).toEqual([]);
});

test('commands over the rate limit fail with rateLimited and the time to wait, and succeed after it', async () => {
  const me = await guest(undefined, url);
  const socket = await connect(me);
  const acks = await Promise.all(Array.from({ length: 100 }, () => socket.send('session.ping', { nonce: 'x' })));
  const refused = acks.flatMap((ack) => (ack.ok ? [] : [ack.error]));
  expect(refused.length).toBeGreaterThan(0);
  expect(acks.length - refused.length).toBeGreaterThanOrEqual(20);
  for (const error of refused) expect(error).toMatchObject({ code: 'rateLimited', retryable: true, retryAfterMs: expect.any(Number) });
  await until('the socket may send commands again', async () => (await socket.send('session.ping', { nonce: 'x' })).ok, {
    intervalMs: 200,
  });
});

test('a flood of commands closes the socket and states the reason', async () => {
  const socket = await connect(await guest(undefined, url));
  for (let sent = 0; sent < 2000; sent += 1) socket.socket.emit('session.ping', { nonce: 'x' }, () => undefined);
  expect(await socket.waitFor('session.closing')).toMatchObject({ code: 'limit', retryAfterMs: expect.any(Number) });
  await socket.closed;
});

test('one socket too many for a user closes their oldest socket and no other', async () => {
  const me = await guest(undefined, url);
  const sockets = [await connect(me), await connect(me), await connect(me), await connect(me)];
  expect(await itemAt(sockets, 0).waitFor('session.closing')).toMatchObject({ code: 'limit' });
  await itemAt(sockets, 0).closed;
  for (const socket of sockets.slice(1)) await socket.barrier();
});

test('a connection that does not log in is closed within five seconds', async () => {
  const silent = await new RawConnection(url).open();
  await within(6000, 'the silent connection closes', silent.closed);
});

test("a page of another origin cannot connect; the server's own origin and a configured one can", async () => {
  const me = await guest(undefined, url);
  const status = async (origin: string) => (await fetch(`${url}/socket.io/?EIO=4&transport=polling`, { headers: { origin } })).status;
  expect(await status('https://evil.example')).toBeGreaterThanOrEqual(400);
  expect(await status('null')).toBeGreaterThanOrEqual(400);
  expect(await status(url)).toBe(200);
  await expect(connect(me, { headers: { origin: 'https://evil.example' } })).rejects.toThrow('websocket error');
  await connect(me, { headers: { origin: 'https://chat.example.org' } });
  const preflight = (origin: string) =>
    fetch(`${url}/v1/users/me`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' },
    });
  expect((await preflight('https://chat.example.org')).headers.get('access-control-allow-origin')).toBe('https://chat.example.org');
  expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
});

test('a client that stops reading is disconnected, so memory stays bounded and other clients are not affected', async () => {
  const operator = await loginOperator(url);
  const residentBytes = async () => (await api(operator).call('admin.stats')).ok(200).residentBytes;
  const before = await residentBytes();
  const { slow, brisk, bytes } = await floodedReader(url);
  // The server's own limit is 1 MiB; the rest is in the buffers of the operating system.
  expect(bytes).toBeLessThan(40 * 1024 * 1024);
  await brisk.barrier();
  expect((await residentBytes()) - before).toBeLessThan(300 * 1024 * 1024);
  slow.close();
});

test('failed logins are limited for one name from one address, with the time to wait; other names are not affected', async () => {
  const [target, other] = [await account(undefined, url), await account(undefined, url)];
  const attempt = (username: string, secret: string) => api({ url }).call('auth.login', { body: { username, password: secret } });
  for (let failure = 0; failure < 4; failure += 1) (await attempt(target.username, 'wrong password')).problem('auth.invalidCredentials');
  const refused = (await attempt(target.username, password)).problem('rateLimited');
  expect(refused.retryAfterMs).toBeGreaterThan(0);
  (await attempt(other.username, password)).ok(200);
});

test('a body over the size limit is refused with 413; the batch route accepts larger bodies', async () => {
  const { one, conversationId } = await pair();
  const params = { conversationId };
  (await api(one).raw('message.send', { params, body: { text: 'x', metadata: {}, padding: 'x'.repeat(300 * 1024) } })).problem(
    'payload.tooLarge',
  );
  (
    await api(one).raw('message.sendBatch', { params, body: { messages: Array.from({ length: 100 }, () => ({ text: 'x'.repeat(8000) })) } })
  ).ok(201);
  // The server responds and closes before it has read the whole body, so a client that is still writing may only see the close.
  const messages = Array.from({ length: 500 }, () => ({ text: 'x'.repeat(20_000) }));
  const huge = await api(one)
    .raw('message.sendBatch', { params, body: { messages } })
    .catch(() => undefined);
  huge?.problem('payload.tooLarge');
  expect((await api(one).call('conversation.get', { params })).ok(200).seq).toBe(100);
});

test('requests over the rate limit of a user are refused with the time to wait; other users are not affected', async () => {
  const { one, other } = await pair();
  const answers = await Promise.all(Array.from({ length: 400 }, () => api(one).call('user.me')));
  const refused = answers.filter((answer) => answer.status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(400);
  for (const answer of refused) expect(answer.problem('rateLimited').retryAfterMs).toBeGreaterThan(0);
  (await api(other).call('user.me')).ok(200);
});

test('registrations from one address are limited', async () => {
  let refusal: number | undefined;
  for (let made = 0; made < 100 && refusal === undefined; made += 1) {
    const answer = await api({ url }).call('auth.guest', { body: {} });
    if (answer.status !== 201) refusal = answer.problem('rateLimited').retryAfterMs;
  }
  expect(refusal).toBeGreaterThan(0);
});

async function pair(): Promise<{ one: Person; other: Person; conversationId: string }> {
  const people = await guests(2, url);
  const [one, other] = [itemAt(people, 0), itemAt(people, 1)];
  return { one, other, conversationId: (await makeConversation(one, [other])).id };
}
