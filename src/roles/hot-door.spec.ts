import { connect, type Socket } from 'node:net';
import { newCaller, requestOf, tokenOf } from '../../test/support/hot-route-requests.js';
import { ask, type Door, openDoor, type Sessions } from '../../test/support/rest-doors.js';
import { until, within } from '../../test/support/until.js';
import { sessionRevoked } from '../modules/auth/session-signals.js';
import { JsonText } from '#platform/json-text.js';
import { metrics } from '#platform/metrics.js';
import { HotDoor } from '../transport/hot/hot-door.js';

jest.setTimeout(60_000);

const sessions: Sessions = new Map();
const measured = jest.spyOn(metrics, 'request');
const doorTakes = jest.spyOn(HotDoor.prototype, 'take');
const timeoutMs = 1500;
/** The use case behind a send. */
const send = jest.fn(() => ({ message: JsonText.of({ text: 'x' }), replayed: false }));

let fast: Door;
let nest: Door;
let token: string;
let caller: ReturnType<typeof newCaller>;
const open: Socket[] = [];

beforeAll(async () => {
  const settings = { rateRestPerSecond: 10_000, ackTimeoutMs: timeoutMs };
  const options = { settings, behave: send, sessions, onLine: () => undefined };
  fast = await openDoor({ ...options, callers: 'known' });
  nest = await openDoor({ ...options, callers: 'forgotten' });
});

beforeEach(async () => {
  caller = newCaller();
  sessions.set(caller.sessionId, { userId: caller.userId, isOpen: true, expiresAt: Date.now() + 1e9 });
  token = tokenOf(caller);
  // A token is proved by Nest's pipeline, at its first request.
  for (const door of [fast, nest]) expect((await ask(door, requestOf('sync.post', token))).status).toBe(200);
  for (const spy of [measured, doorTakes, send]) spy.mockClear();
});

afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy();
});

afterAll(() => Promise.all([fast.close(), nest.close()]));

/** A connection to a door: what is written to it as it is, and what was heard on it. */
async function connection({ url }: Door) {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port) });
  open.push(socket);
  let heard = '';
  socket.setEncoding('utf8').on('data', (text) => (heard += String(text)));
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, heard: () => heard };
}

/** The text of a request as it is written to a connection. */
function textOf(change: Parameters<typeof requestOf>[2] = {}, drop: readonly string[] = []): { head: string; body: string } {
  const { method, path, headers, body = '' } = requestOf('message.send', token, change);
  const lines = Object.entries(headers).flatMap(([name, value]) => (drop.includes(name) ? [] : [`${name}: ${value}`]));
  return { head: `${method} ${path} HTTP/1.1\r\nhost: x\r\n${lines.join('\r\n')}\r\n\r\n`, body: String(body) };
}

/** The answers in what was heard, without what differs by the clock. */
function answersIn(heard: string): string[] {
  return heard
    .split(/(?=HTTP\/1\.1 \d{3} )/)
    .filter((answer) => answer !== '')
    .map((answer) =>
      answer
        .replace(/date: .*\r\n/i, '')
        .split('\r\n')
        .map(lowerName)
        .sort()
        .join('\n'),
    );
}

function lowerName(line: string): string {
  return line.replace(/^[A-Za-z-]+(?=: )/, (name) => name.toLowerCase());
}

const taken = (): number => doorTakes.mock.results.filter(({ value }) => value === true).length;

test('requests that are written at once are answered alike, in their order, on a connection that stays open', async () => {
  const [good, bad, missing] = [textOf(), textOf({ body: { text: 1 } }), textOf({ method: 'DELETE' })];
  const heardAt = async (door: Door) => {
    const { socket, heard } = await connection(door);
    socket.write([good, bad, missing, good].map(({ head, body }) => head + body).join(''));
    await until('four answers', () => answersIn(heard()).length === 4);
    socket.write(good.head + good.body);
    await until('a fifth', () => answersIn(heard()).length === 5);
    return answersIn(heard());
  };
  const atNest = await heardAt(nest);
  expect(taken()).toBe(0);
  expect(await heardAt(fast)).toEqual(atNest);
  expect(taken()).toBe(4);
  expect(atNest.map((answer) => /http\/1\.1 (\d+)/i.exec(answer)?.[1])).toEqual(['201', '400', '404', '201', '201']);
});

test('a body that is no JSON is refused alike, and the connection is closed behind it', async () => {
  const heardAt = async (door: Door) => {
    const { socket, heard } = await connection(door);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    const { head, body } = textOf({ text: '{"text"' });
    socket.write(head + body);
    await within(2000, 'the end of the connection', closed);
    return answersIn(heard());
  };
  const atFast = await heardAt(fast);
  expect(taken()).toBe(1);
  expect(atFast).toEqual(await heardAt(nest));
  expect(atFast[0]).toContain('HTTP/1.1 400');
});

test('a body without an announced length is left to the framework, and answered alike', async () => {
  const heardAt = async (door: Door) => {
    const { socket, heard } = await connection(door);
    const { head, body } = textOf({ headers: { 'transfer-encoding': 'chunked' } }, ['content-length']);
    socket.write(`${head}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`);
    await until('an answer', () => answersIn(heard()).length === 1);
    return answersIn(heard());
  };
  const atFast = await heardAt(fast);
  expect(atFast).toEqual(await heardAt(nest));
  expect(atFast[0]).toContain('HTTP/1.1 201');
  expect(taken()).toBe(0);
});

test('a body that comes in pieces, letters cut apart, is read as it was meant', async () => {
  const { socket, heard } = await connection(fast);
  const { head, body } = textOf({ body: { clientId: '019a0000-0000-7000-8000-000000000001', text: 'grüße 🙂' } });
  const bytes = Buffer.from(body);
  socket.write(head);
  await until('the head is read', () => taken() === 1);
  for (const byte of bytes) socket.write(Buffer.of(byte));
  await until('an answer', () => answersIn(heard()).length === 1);
  expect(heard()).toContain('HTTP/1.1 201');
});

test('a session that ends while a body is on its way is refused', async () => {
  const heardAt = async (door: Door) => {
    sessions.set(caller.sessionId, { userId: caller.userId, isOpen: true, expiresAt: Date.now() + 1e9 });
    const { socket, heard } = await connection(door);
    const { head, body } = textOf();
    doorTakes.mockClear();
    socket.write(head + body.slice(0, 5));
    await until('the head is read', () => doorTakes.mock.calls.length === 1);
    sessions.set(caller.sessionId, { userId: caller.userId, isOpen: false, expiresAt: Date.now() + 1e9 });
    door.signals.publish(sessionRevoked, { sessionId: caller.sessionId, reason: 'logged out' });
    socket.write(body.slice(5));
    await until('an answer', () => answersIn(heard()).length === 1);
    return answersIn(heard());
  };
  const atFast = await heardAt(fast);
  expect(taken()).toBe(1);
  expect(atFast).toEqual(await heardAt(nest));
  expect(atFast[0]).toContain('HTTP/1.1 401');
});

test('a body that does not end in time is answered then, once, and what comes later does nothing', async () => {
  const { socket, heard } = await connection(fast);
  const { head, body } = textOf();
  socket.write(head + body.slice(0, 5));
  await until('an answer', () => answersIn(heard()).length === 1);
  expect(heard()).toContain('"code":"overloaded"');
  await until('it is measured', () => measured.mock.calls.length === 1);
  expect(measured.mock.calls).toEqual([['message.send', 503, expect.any(Number)]]);
  socket.write(body.slice(5) + head + body);
  await until('the answer to the next request', () => answersIn(heard()).length === 2);
  expect(answersIn(heard())[1]).toContain('HTTP/1.1 201');
  expect(send).toHaveBeenCalledTimes(1);
});

test('a client that leaves before the end of its body holds up no stop', async () => {
  const leaving = await openDoor({
    callers: 'known',
    settings: { ackTimeoutMs: 60_000 },
    behave: () => ({}),
    sessions,
    onLine: () => undefined,
  });
  expect((await ask(leaving, requestOf('sync.post', token))).status).toBe(200);
  const { socket } = await connection(leaving);
  const { head, body } = textOf();
  socket.write(head + body.slice(0, 5));
  await until('the head is read', () => taken() === 1);
  socket.destroy();
  await within(2000, 'the stop', leaving.shutdown.drain());
  await leaving.close();
});
