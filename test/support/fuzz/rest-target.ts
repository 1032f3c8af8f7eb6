import { z } from 'zod';
import { type RouteName, type RouteSpec, routes } from '#contracts/routes.js';
import { type Credentials, readAnswer } from '../api.js';
import { errorCode, exactly, Problem } from '../contract-check.js';
import { nextServerUrl } from '../environment.js';
import type { FuzzScene } from './fuzz-scene.js';
import type { FuzzTarget, Outcome } from './fuzz-target.js';
import { hostileEscapes } from './hostile-values.js';
import { type Mutation, writeJson } from './inputs.js';
import { type RawRequest, sendRaw } from '../raw-http.js';

const nothing = z.strictObject({}).optional();
const destructive: readonly string[] = [
  'auth.logout',
  'auth.revokeSession',
  'conversation.delete',
  'conversation.leave',
  'member.remove',
  'ban.put',
];
/** Every valid input hashes a password, or reaches all sockets. */
const slow: readonly string[] = ['auth.register', 'auth.login', 'admin.notice'];

/** A route of the contract as a target. `operator` is the caller of its operator routes. */
export function restTarget(name: RouteName, operator: Credentials): FuzzTarget {
  const route: RouteSpec = routes[name];
  const { params = nothing, query = nothing, body = nothing } = route;
  const parts = (scene: FuzzScene) => ({
    params: scene.adapt(route.example.params),
    query: scene.adapt(route.example.query),
    body: scene.adapt(route.example.body),
  });
  const send = (scene: FuzzScene, part: Partial<RawRequest>) => {
    const whole = parts(scene);
    const headers = { ...credentials(route, scene, operator), ...(whole.body === undefined ? {} : jsonType), ...part.headers };
    const made = { method: route.method, path: writePath(route.path, whole, []), body: jsonOf(whole.body), ...part, headers };
    return outcomeOf(operator.url ?? nextServerUrl(), route.auth === 'operator', made);
  };
  return {
    name: `${route.method} ${route.path}`,
    schema: z.strictObject({ params, query, body }),
    isDestructive: destructive.includes(name),
    inputsMax: slow.includes(name) ? 40 : Infinity,
    special: specialRequests(route).map((request) => (scene) => send(scene, request(writePath(route.path, parts(scene), [])))),
    send: (scene, mutations) => {
      const whole = parts(scene);
      const text = writeJson(whole.body, below('body', mutations));
      return send(scene, { path: writePath(route.path, whole, mutations), body: text, headers: text === undefined ? {} : jsonType });
    },
  };
}

const jsonType = { 'content-type': 'application/json' };

function credentials(route: RouteSpec, scene: FuzzScene, operator: Credentials): Record<string, string> {
  if (route.auth === 'operator') return { cookie: operator.cookie ?? '', origin: operator.url ?? '' };
  return route.auth === 'user' ? { authorization: `Bearer ${scene.caller.accessToken}` } : {};
}

/** What no field contains: other media types and encodings, bodies that are no JSON, odd headers and escapes. */
function specialRequests({ body, params, query }: RouteSpec): ReadonlyArray<(path: string) => Partial<RawRequest>> {
  const types = [
    'text/plain',
    'application/xml',
    'application/json; charset=utf-16',
    'application/json;',
    'multipart/form-data; boundary=x',
    'x',
    '',
  ];
  const texts = ['', ' ', '{', '{"a":', '[1,]', 'NaN', "{'a':1}", '\ufeff{}', '{}{}', '"', '\0', '{"a":1e400}', '9007199254740993', 'nul'];
  const bytes = [
    Buffer.from([0xff]),
    Buffer.from([0x22, 0xc0, 0x80, 0x22]),
    Buffer.from('{"text":"\xff"}', 'latin1'),
    Buffer.alloc(300_000, 0x20),
  ];
  const headers: ReadonlyArray<Readonly<Record<string, string>>> = [
    { 'idempotency-key': '' },
    { 'idempotency-key': 'x'.repeat(5000) },
    { 'idempotency-key': '019CF1B7-3FA1-7B62-8D0C-94E6F12B75A8' },
    { 'x-request-id': '${jndi:ldap://x}' },
    { 'accept-encoding': '*;q=0' },
    { accept: 'text/html' },
    { authorization: 'Bearer' },
    { authorization: `Bearer ${'x'.repeat(8000)}` },
    { authorization: 'Bearer e30.e30.' },
    { 'x-forwarded-for': '\u00ff, 999.999.999.999' },
    { 'user-agent': '\u00ff'.repeat(3000) },
  ];
  const escapes = params === undefined ? [] : hostileEscapes;
  return [
    ...(body === undefined ? ['{}', '[]', '{"a":1}'] : texts).map((text) => () => ({ body: text, headers: jsonType })),
    ...types.map((type) => () => ({ body: body === undefined ? undefined : '{}', headers: { 'content-type': type } })),
    ...bytes.map((one) => () => ({ body: one, headers: jsonType })),
    ...headers.map((one) => () => ({ headers: one })),
    ...escapes.flatMap((escape) => [
      (path: string) => ({ path: path.replace(/[^/]+$/, escape) }),
      (path: string) => ({ path: path + escape }),
    ]),
    ...(query === undefined
      ? ['?a=1']
      : ['?limit=1&limit=2', '?limit[]=1', '?cursor=%00', '?cursor=%ff', '?%00=1', '?&&=&', '?__proto__=1', `?q=${'x'.repeat(9000)}`]
    ).map((text) => (path: string) => ({ path: path.replace(/\?.*/, '') + text })),
  ];
}

function jsonOf(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

function below(part: string, mutations: readonly Mutation[]): Mutation[] {
  return mutations.filter(({ path: [first] }) => first === part).map(({ path, json }) => ({ path: path.slice(1), json }));
}

/** The path and query with the changes. Changes to `params` or `query` as a whole say nothing here. */
function writePath(path: string, { params, query }: { params: unknown; query: unknown }, mutations: readonly Mutation[]): string {
  const changed = (part: string) => below(part, mutations).filter((one) => one.path.length > 0);
  const inPath = new Map(pairsOf(params, changed('params')));
  const written = path.replace(/\{(\w+)\}/g, (_, name: string) => inPath.get(name)?.at(-1) ?? '');
  const inQuery = pairsOf(query, changed('query')).flatMap(([name, values]) => values.map((value) => `${escapeText(name)}=${value}`));
  return inQuery.length === 0 ? written : `${written}?${inQuery.join('&')}`;
}

/** Each field with its escaped values; a list becomes several. */
function pairsOf(value: unknown, mutations: readonly Mutation[]): Array<[string, string[]]> {
  const names = [...Object.keys(Object(value)), ...mutations.map(({ path: [name] }) => String(name))];
  return [...new Set(names)].flatMap((name): Array<[string, string[]]> => {
    const own: unknown = Object.hasOwn(Object(value), name) ? Reflect.get(Object(value), name) : undefined;
    const json = writeJson(
      own,
      mutations.filter(({ path: [first] }) => String(first) === name).map(({ path, json: text }) => ({ path: path.slice(1), json: text })),
    );
    return json === undefined ? [] : [[name, textsOf(json)]];
  });
}

function textsOf(json: string): string[] {
  const value: unknown = JSON.parse(json);
  if (Array.isArray(value) && value.length > 0 && value.length < 5 && value.every((item) => typeof item === 'string'))
    return value.map(escapeText);
  return [typeof value === 'string' ? escapeText(value) : escapeText(json)].map((text) => text.slice(0, 12_000));
}

function escapeText(text: string): string {
  return text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80';
}

/** The answer, checked against the route that the path really leads to. */
async function outcomeOf(baseUrl: string, isOperator: boolean, request: RawRequest): Promise<Outcome> {
  const response = await sendRaw(baseUrl, request);
  if (response.headers.get('x-request-id') === null) throw new Error(`${response.status} without x-request-id`);
  const name = routeAt(request.method, request.path);
  if (name !== undefined && (routes[name].auth === 'operator') === isOperator && (await leadsAstray(response)) === false) {
    const { status, body } = await readAnswer(name, response);
    return status < 400 ? 'success' : String(Reflect.get(Object(body), 'code'));
  }
  const problem = exactly(Problem, await response.json(), `${response.status}`);
  if (response.status >= 500) throw new Error(`failed inside the server: ${problem.code}`);
  return errorCode(problem.code, 'the answer');
}

/** Whether no route, or none with such a path, was found. */
async function leadsAstray(response: Response): Promise<boolean> {
  if (response.status !== 404) return false;
  const body: unknown = await response.clone().json();
  return Reflect.get(Object(body), 'code') === 'route.notFound';
}

const patterns = Object.entries<RouteSpec>(routes).map(([name, { method, path }]) => ({
  name,
  method,
  parameters: path.split('{').length,
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/?]+')}(?:\\?.*)?$`, 's'),
}));
patterns.sort((a, b) => a.parameters - b.parameters);

function routeAt(method: string, path: string): RouteName | undefined {
  const name = patterns.find((one) => one.method === method && one.pattern.test(path))?.name;
  return name !== undefined && isRouteName(name) ? name : undefined;
}

function isRouteName(name: string): name is RouteName {
  return Object.hasOwn(routes, name);
}
