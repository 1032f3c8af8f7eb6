import { Logger } from '@nestjs/common';
import { newCaller, refusals, requestOf, type TestCaller, tokenOf, usualWay, type Way } from '../../test/support/hot-route-requests.js';
import { ask, type Door, openDoor, type Received, type Sent, type Sessions } from '../../test/support/rest-doors.js';
import { until, within } from '../../test/support/until.js';
import { sessionRevoked } from '../modules/auth/session-signals.js';
import { AppError } from '#platform/errors/app-error.js';
import { JsonText } from '#platform/json-text.js';
import { metrics } from '#platform/metrics.js';
import { ContractInterceptor } from '../transport/contract.interceptor.js';
import { HotDoor } from '../transport/hot/hot-door.js';
import { hotRoutes } from '../transport/hot/hot-routes.js';

jest.setTimeout(60_000);

const origin = 'https://chat.example.org';
const sessions: Sessions = new Map();
const caller = knownCaller();
const token = tokenOf(caller);

/** What the use cases do, what they were called with, and what was logged. */
let behave: () => unknown = () => ({});
let calls: unknown[] = [];
let lines: unknown[] = [];

const nestRuns = jest.spyOn(ContractInterceptor.prototype, 'intercept');
const doorTakes = jest.spyOn(HotDoor.prototype, 'take');
const measured = jest.spyOn(metrics, 'request');

/** A door with the fast path, and its twin, whose callers all go through Nest's pipeline. */
interface Pair {
  readonly fast: Door;
  readonly nest: Door;
}

let pair: Pair;
const pairs: Pair[] = [];

beforeAll(async () => {
  pair = await openPair({});
});

afterAll(async () => {
  for (const { fast, nest } of pairs) await Promise.all([fast.close(), nest.close()]);
});

beforeEach(() => {
  behave = () => ({ message: JsonText.of({ text: 'x' }), replayed: false });
});

type Settings = Parameters<typeof openDoor>[0]['settings'];

function doorOptions(settings: Settings) {
  return {
    settings: { corsOrigins: [origin], rateRestPerSecond: 10_000, ackTimeoutMs: 60_000, ...settings },
    behave: (...args: unknown[]) => {
      calls.push(args);
      new Logger('UseCase').log('inside');
      return behave();
    },
    sessions,
    onLine: (line: unknown) => void lines.push(line),
  };
}

async function openPair(settings: Settings): Promise<Pair> {
  const options = doorOptions(settings);
  const made = { fast: await openDoor({ ...options, callers: 'known' }), nest: await openDoor({ ...options, callers: 'forgotten' }) };
  pairs.push(made);
  // A token is proved by Nest's pipeline, at its first request.
  for (const door of [made.fast, made.nest]) expect((await ask(door, requestOf('sync.post', token))).status).toBe(200);
  return made;
}

function knownCaller(): TestCaller {
  const made = newCaller();
  sessions.set(made.sessionId, { userId: made.userId, isOpen: true, expiresAt: Date.now() + 1e9 });
  return made;
}

/** All that can be seen of a request: the answer, what was called, what was logged and measured, whether Nest's pipeline ran, and whether the hot door took it. */
async function observe(door: Door, request: Sent, way: Way) {
  calls = [];
  lines = [];
  nestRuns.mockClear();
  doorTakes.mockClear();
  measured.mockClear();
  const answer = comparable(await ask(door, request));
  if (way !== 'router') await until('it is measured', () => measured.mock.calls.length > 0);
  const counted = measured.mock.calls.map(([route, status]) => [route, status]);
  const isAtDoor = doorTakes.mock.results.some(({ value }) => value === true);
  return { answer, calls, lines: lines.map(comparableLine), measured: counted, hadNest: nestRuns.mock.calls.length > 0, isAtDoor };
}

function comparable({ status, headers, body }: Received): Received {
  const { date: _date, 'content-length': _length, 'retry-after': retryAfter, ...rest } = headers;
  const waits = retryAfter === undefined ? {} : { 'retry-after': 'some' };
  return { status, headers: { ...rest, ...waits }, body: body.replace(/"retryAfterMs":\d+/, '"retryAfterMs":"some"') };
}

/** Without times and stacks. */
function comparableLine(line: unknown): unknown {
  const { time: _time, ms: _ms, err, ...rest }: { time?: unknown; ms?: unknown; err?: { type: string; message: string } } = Object(line);
  return { ...rest, ...(err !== undefined && { err: { type: err.type, message: err.message } }) };
}

/** The same is seen at both doors; answers what it is. */
async function alike(request: Sent, way: Way = usualWay(request), at: Pair = pair) {
  const atNest = await observe(at.nest, request, way);
  const atFast = await observe(at.fast, request, way);
  expect(atFast).toEqual({ ...atNest, hadNest: way === 'nest' && atNest.hadNest, isAtDoor: way === 'door' });
  expect(atNest.isAtDoor).toBe(false);
  return atFast;
}

function thrown(err: Error): never {
  throw err;
}

/** What a use case may do wrong, with the status it is answered with. */
const failures: Array<[string, () => unknown, number]> = [
  ['a refusal', () => Promise.reject(new AppError('forbidden', { detail: 'not here' })), 403],
  ['a refusal that is thrown', () => thrown(new AppError('conversation.notFound')), 404],
  ['a refusal with its fields', () => thrown(new AppError('payload.tooLarge', { errors: [{ path: 'text', message: 'too long' }] })), 413],
  ['a refusal with a wait', () => Promise.reject(new AppError('rateLimited', { retryAfterMs: 1500 })), 429],
  ['an ended login', () => Promise.reject(new AppError('auth.expired')), 401],
  ['a store that is away', () => Promise.reject(Object.assign(new Error('secret'), { code: 'ECONNREFUSED' })), 503],
  ['an unforeseen error', () => Promise.reject(new Error('secret')), 500],
  ['an unforeseen error that is thrown', () => thrown(new TypeError('secret')), 500],
  ['an answer that cannot be written', () => ({ message: { value: 1n }, value: 1n, replayed: false }), 500],
];

describe.each(hotRoutes)('%s is answered alike on the fast path and by Nest:', (name) => {
  it('all is well, with the request id on every line of the log', async () => {
    const { answer, calls: called, lines: logged, measured: counted } = await alike(requestOf(name, token));
    expect(answer.status).toBe(name === 'message.send' ? 201 : 200);
    expect(called).toEqual([expect.arrayContaining([caller.userId])]);
    expect(logged).toEqual([
      expect.objectContaining({ msg: 'inside', requestId: 'the-same' }),
      expect.objectContaining({ msg: 'request', requestId: 'the-same', status: answer.status }),
    ]);
    expect(counted).toEqual([[name, answer.status]]);
  });

  it.each(refusals.filter(({ on }) => on?.(name) ?? true))('$what is refused with $status', async ({ status, change, way }) => {
    const { answer, calls: called } = await alike(requestOf(name, token, change(name, token)), way);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ status, requestId: 'the-same' });
    expect(called).toEqual([]);
  });

  it.each(failures)('%s', async (_, fail, status) => {
    behave = fail;
    const { answer } = await alike(requestOf(name, token));
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain('secret');
  });

  it('pages of origins that may call, and of others', async () => {
    const asked = async (from: string) => (await alike(requestOf(name, token, { headers: { origin: from } }), 'fast')).answer.headers;
    expect((await asked(origin))['access-control-allow-origin']).toBe(origin);
    expect((await asked('https://evil.example'))['access-control-allow-origin']).toBeUndefined();
  });

  it('a request id of the caller that could harm the log is not taken', async () => {
    for (const door of [pair.fast, pair.nest]) {
      const { answer } = await observe(door, requestOf(name, token, { headers: { 'x-request-id': '{"level":"fatal"}' } }), 'fast');
      expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('a session that ended after its token was proved', async () => {
    const ended = knownCaller();
    const request = requestOf(name, tokenOf(ended));
    expect((await alike(request, 'nest')).answer.status).toBeLessThan(300);
    expect((await alike(request)).answer.status).toBeLessThan(300);
    sessions.set(ended.sessionId, { userId: ended.userId, isOpen: false, expiresAt: Date.now() + 1e9 });
    for (const door of [pair.fast, pair.nest]) door.signals.publish(sessionRevoked, { sessionId: ended.sessionId, reason: 'logged out' });
    const { answer, calls: called } = await alike(request);
    expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
    expect(called).toEqual([]);
  });
});

test('a hot route counts for the rate of its caller, and for nobody else', async () => {
  const strict = await openPair({ rateRestPerSecond: 3 });
  for (const door of [strict.nest, strict.fast]) {
    const [greedy, calm] = [tokenOf(knownCaller()), tokenOf(knownCaller())];
    for (const bearer of [greedy, calm]) expect((await ask(door, requestOf('sync.post', bearer))).status).toBe(200);
    nestRuns.mockClear();
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(door, requestOf('message.send', greedy))));
    const refused = answers.filter(({ status }) => status === 429).map(comparable);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(refused[0]).toMatchObject({ headers: { 'retry-after': 'some' }, body: expect.stringContaining('"code":"rateLimited"') });
    expect((await ask(door, requestOf('message.send', calm))).status).toBe(201);
    expect(nestRuns.mock.calls.length > 0).toBe(door === strict.nest);
  }
});

test('an answer that takes too long is `overloaded`, and what comes later is dropped', async () => {
  const hasty = await openPair({ ackTimeoutMs: 500 });
  let finish: (value: unknown) => void = () => undefined;
  behave = () => new Promise((resolve) => (finish = resolve));
  for (const door of [hasty.nest, hasty.fast]) {
    const { answer } = await observe(door, requestOf('message.send', token), 'fast');
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': 'some' } });
    finish({ message: JsonText.of({ text: 'late' }), replayed: true });
  }
  behave = () => ({ message: JsonText.of({ text: 'x' }), replayed: false });
  expect((await alike(requestOf('message.send', token), 'door', hasty)).answer.status).toBe(201);
});

test('a replay says so, and a key in the header names the message', async () => {
  behave = () => ({ message: JsonText.of({ text: 'x' }), replayed: true });
  const headers = { 'idempotency-key': '019a0000-0000-7000-8000-000000000002' };
  const { answer, calls: called } = await alike(requestOf('message.send', token, { headers, body: { text: 'x' } }));
  expect(answer).toMatchObject({ status: 200, headers: { 'idempotent-replayed': 'true' } });
  expect(called).toEqual([expect.arrayContaining([expect.objectContaining({ clientId: headers['idempotency-key'] })])]);
  const refused = await alike(requestOf('message.send', token, { headers: { 'idempotency-key': '123' }, body: { text: 'x' } }));
  expect(refused.answer.status).toBe(400);
});

test('a stop waits for what the fast path has begun, and refuses what comes later', async () => {
  const stopping = await openPair({});
  for (const door of [stopping.nest, stopping.fast]) {
    let finish: (value: unknown) => void = () => undefined;
    behave = () => new Promise((resolve) => (finish = resolve));
    calls = [];
    const begun = ask(door, requestOf('message.send', token));
    await until('it runs', () => calls.length === 1);
    let isDrained = false;
    const drained = door.shutdown.drain().then(() => (isDrained = true));
    expect((await ask(door, requestOf('message.send', token))).status).toBe(503);
    expect(isDrained).toBe(false);
    finish({ message: JsonText.of({ text: 'x' }), replayed: false });
    expect((await begun).status).toBe(201);
    await within(2000, 'the stop', drained);
  }
  const { answer } = await alike(requestOf('message.send', token), 'fast', stopping);
  expect(answer).toMatchObject({ status: 503, headers: { connection: 'close', 'x-frame-options': 'SAMEORIGIN' } });
});

test('a process in which nobody recalls callers does not start: its hot routes would all be slow', async () => {
  await expect(openDoor({ ...doorOptions({}), callers: 'untold' })).rejects.toThrow('nobody recalls');
});
