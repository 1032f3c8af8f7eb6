import { connect, type Socket } from 'node:net';
import { newCaller, requestOf, tokenOf } from '../../../test/support/hot-route-requests.js';
import { type HotRouteServer, type Sessions, startHotRouteServer } from '../../../test/support/hot-route-server.js';
import { until, within } from '../../../test/support/until.js';
import { sessionRevoked } from '../../modules/auth/revoke-session.js';
import { JsonText } from '#platform/json-text.js';
import { metrics } from '#platform/metrics.js';

jest.setTimeout(60_000);

const sessions: Sessions = new Map();
const measured = jest.spyOn(metrics, 'observeRequest');
/** The use case behind a send. */
const send = jest.fn(() => ({ message: JsonText.of({ text: 'x' }), replayed: false }));

let caller: ReturnType<typeof newCaller>;
const closing: (() => unknown)[] = [];

beforeEach(() => {
  caller = newCaller();
  sessions.set(caller.sessionId, { userId: caller.userId, isOpen: true, expiresAt: Date.now() + 1e9 });
  for (const spy of [measured, send]) spy.mockClear();
});

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function startServer(ackTimeoutMs: number): Promise<HotRouteServer> {
  const server = await startHotRouteServer({ settings: { ackTimeoutMs }, behave: send, sessions, onLine: () => undefined });
  closing.push(() => server.close());
  return server;
}

/** A connection on which the head of a send and a piece of its body have arrived. `Expect` makes the server say when it has read the head. */
async function halfASend({ url }: HotRouteServer) {
  const { hostname, port } = new URL(url);
  const socket: Socket = connect({ host: hostname, port: Number(port) });
  closing.push(() => socket.destroy());
  let heard = '';
  socket.setEncoding('utf8').on('data', (text) => (heard += String(text)));
  const statuses = () => [...heard.matchAll(/HTTP\/1\.1 ([2-5]\d\d)/g)].map(([, status]) => status);
  const { method, path, headers, body = '' } = requestOf('message.send', tokenOf(caller));
  const lines = Object.entries({ host: 'x', ...headers }).map(([name, value]) => `${name}: ${value}`);
  const [head, text] = [`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n`, String(body)];
  socket.write(`${head}expect: 100-continue\r\n\r\n${text.slice(0, 5)}`);
  await until('the head is read', () => heard.startsWith('HTTP/1.1 100'));
  return { socket, rest: text.slice(5), whole: `${head}\r\n${text}`, statuses, heard: () => heard };
}

test('a session that ends while a body is on its way is refused', async () => {
  const server = await startServer(60_000);
  const { socket, rest, statuses } = await halfASend(server);
  sessions.set(caller.sessionId, { userId: caller.userId, isOpen: false, expiresAt: Date.now() + 1e9 });
  server.signals.publish(sessionRevoked, { sessionId: caller.sessionId, reason: 'logged out' });
  socket.write(rest);
  await until('an answer', () => statuses().length === 1);
  expect(statuses()).toEqual(['401']);
});

test('a body that does not end in time is answered once, and its late rest does nothing', async () => {
  const { socket, rest, whole, statuses, heard } = await halfASend(await startServer(1500));
  await until('an answer', () => statuses().length === 1);
  expect(heard()).toContain('"code":"overloaded"');
  await until('it is measured', () => measured.mock.calls.length === 1);
  expect(measured.mock.calls).toEqual([['message.send', 503, expect.any(Number)]]);
  socket.write(rest + whole);
  await until('the answer to the next request', () => statuses().length === 2);
  expect(statuses()).toEqual(['503', '201']);
  expect(send).toHaveBeenCalledTimes(1);
});

test('a client that leaves before the end of its body does not delay a stop', async () => {
  const server = await startServer(60_000);
  const { socket } = await halfASend(server);
  socket.destroy();
  await within(2000, 'the stop', server.shutdown.drain());
});
