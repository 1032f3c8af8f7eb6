import { createHmac, randomUUID } from 'node:crypto';
import type { SessionId, UserId } from '#contracts/primitives.js';
import { type RouteSpec, routes } from '#contracts/routes.js';
import { newId } from '#platform/ids.js';
import type { HotRouteName } from '../../src/transport/hot/hot-routes.js';
import { authSecret, type Sent } from './hot-route-server.js';

export interface TestCaller {
  readonly userId: UserId;
  readonly sessionId: SessionId;
}

/** How a request differs from the sample. */
export interface Change {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Sent unchanged instead of `body` as JSON. */
  readonly text?: string;
}

/** A request that is refused before the handler. */
export interface Refusal {
  readonly what: string;
  readonly status: number;
  readonly change: (name: HotRouteName, token: string) => Change;
  /** The router refuses it before any hook runs, so it is not measured. */
  readonly isRoutersOwn?: boolean;
  /** The hot routes that it applies to; all by default. */
  readonly on?: (name: HotRouteName) => boolean;
}

const id = '019a0000-0000-7000-8000-000000000001';
const messages = `/v1/conversations/${id}/messages`;

/** A request that each hot route accepts. Without it, a check that refuses everything would pass the tests. */
const samples: Readonly<Record<HotRouteName, { readonly path: string; readonly body?: object }>> = {
  'message.send': { path: messages, body: { clientId: id, text: 'x' } },
  'message.history': { path: `${messages}?limit=5` },
  'receipt.put': { path: `/v1/conversations/${id}/receipts`, body: { readSeq: 1 } },
  'sync.post': { path: '/v1/sync', body: { conversations: [] } },
};

export const newCaller = (): TestCaller => ({ userId: newId<UserId>(), sessionId: newId<SessionId>() });

/** An access token as Parley issues them. */
export function tokenOf({ userId, sessionId }: { userId: string; sessionId: string }, livesSeconds = 600): string {
  const now = Math.floor(Date.now() / 1000);
  const purpose = { iss: 'parley', aud: 'parley-api', typ: 'access' };
  const claims = { ...purpose, sub: userId, sid: sessionId, jti: randomUUID(), iat: now - 700, exp: now + livesSeconds };
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${content}.${createHmac('sha256', authSecret).update(content).digest('base64url')}`;
}

/** The route's sample with a change. Its fixed request id makes two answers comparable. */
export function requestOf(name: HotRouteName, token: string, change: Change = {}): Sent {
  const spec: RouteSpec = routes[name];
  const body = change.text ?? asJson(change.body ?? samples[name].body);
  return {
    method: change.method ?? spec.method,
    path: change.path ?? samples[name].path,
    headers: {
      authorization: `Bearer ${token}`,
      'x-request-id': 'the-same',
      ...(body !== undefined && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
      ...change.headers,
    },
    ...(body !== undefined && { body }),
  };
}

const hasBody = (name: HotRouteName): boolean => samples[name].body !== undefined;
const hasId = (name: HotRouteName): boolean => samples[name].path.includes(id);
const bearer = (token: string): Change => ({ headers: { authorization: token === '' ? '' : `Bearer ${token}` } });
const typed = (type: string, text: string) => (): Change => ({ text, headers: { 'content-type': type } });
const withId =
  (other: string) =>
  (name: HotRouteName): Change => ({ path: samples[name].path.replace(id, other) });
const withQuery =
  (query: string) =>
  (name: HotRouteName): Change => ({
    path: `${samples[name].path}${samples[name].path.includes('?') ? '&' : '?'}${query}`,
  });

/** One for each check before a handler. */
export const refusals: readonly Refusal[] = [
  { what: 'no token', status: 401, change: () => bearer('') },
  { what: 'another scheme', status: 401, change: (_, token) => ({ headers: { authorization: `Basic ${token}` } }) },
  { what: 'a forged token', status: 401, change: (_, token) => bearer(`${token}x`) },
  { what: 'an expired token', status: 401, change: () => bearer(tokenOf(newCaller(), -60)) },
  { what: 'a token of no session', status: 401, change: () => bearer(tokenOf(newCaller())) },
  {
    what: 'a token in the query',
    status: 401,

    change: (name, token) => ({ ...withQuery(`access_token=${token}`)(name), ...bearer('') }),
  },
  { what: 'a form', status: 400, on: hasBody, change: typed('application/x-www-form-urlencoded', 'text=x') },
  { what: 'text', status: 400, on: hasBody, change: typed('text/plain', '{}') },
  { what: 'a body of an unknown type', status: 400, on: hasBody, change: typed('application/xml', '<x/>') },
  { what: 'another encoding', status: 400, on: hasBody, change: typed('application/json; charset=utf-16', 'x=1') },
  { what: 'malformed JSON', status: 400, on: hasBody, change: () => ({ text: '{"text"' }) },
  { what: 'an empty body', status: 400, on: hasBody, change: () => ({ text: '' }) },
  { what: 'null', status: 400, on: hasBody, change: () => ({ text: 'null' }) },
  { what: 'an array', status: 400, on: hasBody, change: () => ({ text: '[]' }) },
  { what: 'an unknown field', status: 400, on: hasBody, change: (name) => ({ body: { ...samples[name].body, undeclared: 1 } }) },
  { what: 'fields of another type', status: 400, on: hasBody, change: (name) => ({ body: withNumbers(samples[name].body ?? {}) }) },
  { what: 'a body over the limit', status: 413, on: hasBody, change: () => ({ body: { text: 'x'.repeat(300 * 1024) } }) },
  { what: 'an unknown query', status: 400, change: withQuery('undeclared=1') },
  { what: 'a repeated query', status: 400, change: withQuery('limit=1&limit=2') },
  { what: 'a malformed parameter', status: 400, on: hasId, change: withId('not-an-id') },
  { what: 'an empty parameter', status: 404, on: hasId, change: withId('') },
  { what: 'a parameter that is too long', status: 400, isRoutersOwn: true, on: hasId, change: withId('x'.repeat(2000)) },
  { what: 'a path that cannot be decoded', status: 400, isRoutersOwn: true, on: hasId, change: withId('%zz') },
  { what: 'an escaped slash', status: 404, change: (name) => ({ path: samples[name].path.replace('/v1/', '/v1%2F') }) },
  { what: 'a trailing slash', status: 404, change: (name) => ({ path: samples[name].path.replace(/(?=\?|$)/, '/') }) },
  { what: 'another method', status: 404, change: () => ({ method: 'DELETE' }) },
];

function asJson(body: unknown): string | undefined {
  return body === undefined ? undefined : JSON.stringify(body);
}

function withNumbers(body: object): object {
  return Object.fromEntries(Object.keys(body).map((key) => [key, -1.5]));
}
