import { Logger } from '@nestjs/common';
import { newCaller, refusals, requestOf, type TestCaller, tokenOf } from '../../../test/support/hot-route-requests.js';
import {
  ask,
  type HotRouteServer,
  type Received,
  type Sent,
  type Sessions,
  startHotRouteServer,
} from '../../../test/support/hot-route-server.js';
import { until, within } from '../../../test/support/until.js';
import { sessionRevoked } from '../../modules/auth/revoke-session.js';
import { AppError } from '#platform/errors/app-error.js';
import { JsonText } from '#platform/json-text.js';
import { metrics } from '#platform/metrics.js';
import { ContractInterceptor } from '../pipeline/contract.interceptor.js';
import { hotRouteNames, HotRoutes } from './hot-routes.js';

jest.setTimeout(60_000);

const origin = 'https://chat.example.org';
const sessions: Sessions = new Map();
const caller = knownCaller();
const token = tokenOf(caller);

/** What the use cases do, their calls, and the lines of the log. */
let behave: () => unknown = () => ({});
let calls: unknown[] = [];
let lines: unknown[] = [];

const nestRuns = jest.spyOn(ContractInterceptor.prototype, 'intercept');
const measured = jest.spyOn(metrics, 'observeRequest');

/** Two servers that differ in one thing: one has the fast path, the other answers hot routes by Nest's pipeline. */
interface Pair {
  readonly fast: HotRouteServer;
  readonly nest: HotRouteServer;
}

let pair: Pair;
const pairs: Pair[] = [];

beforeAll(async () => {
  pair = await startPair({});
});

afterAll(async () => {
  for (const { fast, nest } of pairs) await Promise.all([fast.close(), nest.close()]);
});

beforeEach(() => {
  behave = () => ({ message: JsonText.of({ text: 'x' }), replayed: false });
});

type Settings = Parameters<typeof startHotRouteServer>[0]['settings'];

function optionsWith(settings: Settings) {
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

async function startPair(settings: Settings): Promise<Pair> {
  const fast = await startHotRouteServer(optionsWith(settings));
  jest.spyOn(HotRoutes.prototype, 'registerHandlers').mockImplementationOnce(() => undefined);
  const nest = await startHotRouteServer(optionsWith(settings));
  const made = { fast, nest };
  pairs.push(made);
  return made;
}

function knownCaller(): TestCaller {
  const made = newCaller();
  sessions.set(made.sessionId, { userId: made.userId, isOpen: true, expiresAt: Date.now() + 1e9 });
  return made;
}

/** Everything one can see of a request: its answer, calls, log lines and measurements, and whether Nest's pipeline ran. */
async function observe(server: HotRouteServer, request: Sent, isMeasured = true) {
  calls = [];
  lines = [];
  nestRuns.mockClear();
  measured.mockClear();
  const answer = comparable(await ask(server, request));
  if (isMeasured) await until('it is measured', () => measured.mock.calls.length > 0);
  const counted = measured.mock.calls.map(([route, status]) => [route, status]);
  return { answer, calls, lines: lines.map(comparableLine), measured: counted, hadNest: nestRuns.mock.calls.length > 0 };
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

/** Expects that both servers show the same for a request, but for Nest's pipeline, and answers what they show. */
async function expectAlike(request: Sent, { isMeasured = true, on = pair }: { isMeasured?: boolean; on?: Pair } = {}) {
  const atNest = await observe(on.nest, request, isMeasured);
  const atFast = await observe(on.fast, request, isMeasured);
  expect(atFast).toEqual({ ...atNest, hadNest: false });
  return { ...atFast, hadNest: atNest.hadNest };
}

function thrown(error: Error): never {
  throw error;
}

/** Failures of a use case, with the status of the answer. */
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

describe.each(hotRouteNames)('%s is answered alike by the fast path and by Nest:', (name) => {
  it('all is well, with the request id on every line of the log', async () => {
    const { answer, calls: called, lines: logged, measured: counted, hadNest } = await expectAlike(requestOf(name, token));
    expect(hadNest).toBe(true);
    expect(answer.status).toBe(name === 'message.send' ? 201 : 200);
    expect(called).toEqual([expect.arrayContaining([caller.userId])]);
    expect(logged).toEqual([
      expect.objectContaining({ msg: 'inside', requestId: 'the-same' }),
      expect.objectContaining({ msg: 'request', requestId: 'the-same', status: answer.status }),
    ]);
    expect(counted).toEqual([[name, answer.status]]);
  });

  it.each(refusals.filter(({ on }) => on?.(name) ?? true))('$what is refused with $status', async ({ status, change, isRoutersOwn }) => {
    const { answer, calls: called } = await expectAlike(requestOf(name, token, change(name, token)), { isMeasured: isRoutersOwn !== true });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ status, requestId: 'the-same' });
    expect(called).toEqual([]);
  });

  it.each(failures)('%s', async (_, fail, status) => {
    behave = fail;
    const { answer } = await expectAlike(requestOf(name, token));
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain('secret');
  });

  it('pages of origins that may call, and of others', async () => {
    const asked = async (from: string) => (await expectAlike(requestOf(name, token, { headers: { origin: from } }))).answer.headers;
    expect((await asked(origin))['access-control-allow-origin']).toBe(origin);
    expect((await asked('https://evil.example'))['access-control-allow-origin']).toBeUndefined();
  });

  it('a request id of the caller that could harm the log is not taken', async () => {
    for (const server of [pair.fast, pair.nest]) {
      const { answer } = await observe(server, requestOf(name, token, { headers: { 'x-request-id': '{"level":"fatal"}' } }));
      expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('a session that ended after its token was proved', async () => {
    const ended = knownCaller();
    const request = requestOf(name, tokenOf(ended));
    expect((await expectAlike(request)).answer.status).toBeLessThan(300);
    sessions.set(ended.sessionId, { userId: ended.userId, isOpen: false, expiresAt: Date.now() + 1e9 });
    for (const server of [pair.fast, pair.nest])
      server.signals.publish(sessionRevoked, { sessionId: ended.sessionId, reason: 'logged out' });
    const { answer, calls: called } = await expectAlike(request);
    expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
    expect(called).toEqual([]);
  });
});

test('a hot route counts for the rate of its caller, and for nobody else', async () => {
  const strict = await startPair({ rateRestPerSecond: 3 });
  for (const server of [strict.nest, strict.fast]) {
    const [greedy, calm] = [tokenOf(knownCaller()), tokenOf(knownCaller())];
    for (const bearer of [greedy, calm]) expect((await ask(server, requestOf('sync.post', bearer))).status).toBe(200);
    nestRuns.mockClear();
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(server, requestOf('message.send', greedy))));
    const refused = answers.filter(({ status }) => status === 429).map(comparable);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(refused[0]).toMatchObject({ headers: { 'retry-after': 'some' }, body: expect.stringContaining('"code":"rateLimited"') });
    expect((await ask(server, requestOf('message.send', calm))).status).toBe(201);
    expect(nestRuns.mock.calls.length > 0).toBe(server === strict.nest);
  }
});

test('an answer that takes too long is `overloaded`, and what comes later is dropped', async () => {
  const hasty = await startPair({ ackTimeoutMs: 500 });
  let finish: (value: unknown) => void = () => undefined;
  behave = () => new Promise((resolve) => (finish = resolve));
  for (const server of [hasty.nest, hasty.fast]) {
    const { answer } = await observe(server, requestOf('message.send', token));
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': 'some' } });
    finish({ message: JsonText.of({ text: 'late' }), replayed: true });
  }
  behave = () => ({ message: JsonText.of({ text: 'x' }), replayed: false });
  expect((await expectAlike(requestOf('message.send', token), { on: hasty })).answer.status).toBe(201);
});

test('a replay says so, and a key in the header names the message', async () => {
  behave = () => ({ message: JsonText.of({ text: 'x' }), replayed: true });
  const headers = { 'idempotency-key': '019a0000-0000-7000-8000-000000000002' };
  const { answer, calls: called } = await expectAlike(requestOf('message.send', token, { headers, body: { text: 'x' } }));
  expect(answer).toMatchObject({ status: 200, headers: { 'idempotent-replayed': 'true' } });
  expect(called).toEqual([expect.arrayContaining([expect.objectContaining({ clientId: headers['idempotency-key'] })])]);
  const refused = await expectAlike(requestOf('message.send', token, { headers: { 'idempotency-key': '123' }, body: { text: 'x' } }));
  expect(refused.answer.status).toBe(400);
});

test('a stop waits for what the fast path has begun, and refuses what comes later', async () => {
  const stopping = await startPair({});
  for (const server of [stopping.nest, stopping.fast]) {
    let finish: (value: unknown) => void = () => undefined;
    behave = () => new Promise((resolve) => (finish = resolve));
    calls = [];
    const begun = ask(server, requestOf('message.send', token));
    await until('it runs', () => calls.length === 1);
    let isDrained = false;
    const drained = server.shutdown.drain().then(() => (isDrained = true));
    expect((await ask(server, requestOf('message.send', token))).status).toBe(503);
    expect(isDrained).toBe(false);
    finish({ message: JsonText.of({ text: 'x' }), replayed: false });
    expect((await begun).status).toBe(201);
    await within(2000, 'the stop', drained);
  }
  const { answer } = await expectAlike(requestOf('message.send', token), { on: stopping });
  expect(answer).toMatchObject({ status: 503, headers: { connection: 'close', 'x-frame-options': 'SAMEORIGIN' } });
});

test('a process without a token verifier does not start', async () => {
  await expect(startHotRouteServer({ ...optionsWith({}), canVerify: false })).rejects.toThrow('TokenVerifier');
});
