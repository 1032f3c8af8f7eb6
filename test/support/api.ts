import type { z } from 'zod';
import { type ErrorCode, errorCatalogue } from '#contracts/errors.js';
import { authErrors, commonErrors, type RouteName, type RouteOutput, type RouteSpec, type Routes, routes } from '#contracts/routes.js';
import { errorCode, exactly, Problem } from './contract-check.js';
import { nextServerUrl } from './environment.js';

/** What authenticates a caller: a person's token or an operator's cookie. */
export interface Credentials {
  readonly accessToken?: string;
  readonly cookie?: string;
  /** The node to call, if it is not one of the shared nodes. */
  readonly url?: string;
}

type Given<N extends RouteName, K extends 'params' | 'query' | 'body'> =
  Routes[N] extends Record<K, infer S extends z.ZodType> ? z.input<S> : undefined;
type Part<N extends RouteName, K extends 'params' | 'query' | 'body'> =
  Given<N, K> extends undefined
    ? { readonly [P in K]?: undefined }
    : K extends 'query'
      ? { readonly [P in K]?: Given<N, K> }
      : { readonly [P in K]: Given<N, K> };
/** The input of a route. */
export type CallInput<N extends RouteName> = Part<N, 'params'> & Part<N, 'query'> & Part<N, 'body'>;

/** Input without the contract's types, for sending what the contract forbids. */
export interface RawInput {
  /** An object with the parameters of the path by name. */
  readonly params?: unknown;
  /** An object of strings, numbers and undefined. */
  readonly query?: unknown;
  readonly body?: unknown;
  /** Sent unchanged instead of `body`. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A response that fits the contract. Each response is checked on arrival: status, schema and undeclared fields. */
export interface Answer<N extends RouteName> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  /** The body of a success. Throws if the request failed or the status is not the given one. */
  ok(status?: number): RouteOutput<N>;
  /** The problem of a failure. Throws if the request succeeded or failed with another code. */
  problem(code: ErrorCode): Problem;
}

export interface Api {
  call<N extends RouteName>(
    name: N,
    ...input: Record<never, never> extends CallInput<N> ? [CallInput<N>?] : [CallInput<N>]
  ): Promise<Answer<N>>;
  /** A call with input that need not fit the contract. */
  raw<N extends RouteName>(name: N, input?: RawInput): Promise<Answer<N>>;
}

/** A REST client for one caller, or for an anonymous one without credentials. */
export function api(caller: Credentials = {}): Api {
  const raw = async <N extends RouteName>(name: N, input: RawInput = {}): Promise<Answer<N>> => {
    const response = await request(routes[name], caller, caller.url ?? nextServerUrl(), input);
    return readAnswer(name, response);
  };
  return { raw, call: (name, ...[input]) => raw(name, input) };
}

async function request(route: RouteSpec, caller: Credentials, baseUrl: string, input: RawInput): Promise<Response> {
  const params = new Map(Object.entries(input.params ?? {}));
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params.get(name))));
  const url = new URL(path, `${baseUrl}/`);
  for (const [key, value] of Object.entries(input.query ?? {})) if (value !== undefined) url.searchParams.set(key, String(value));
  const body = input.text ?? (input.body === undefined ? undefined : JSON.stringify(input.body));
  return fetch(url, {
    method: route.method,
    body,
    redirect: 'manual',
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(caller.accessToken === undefined ? {} : { authorization: `Bearer ${caller.accessToken}` }),
      ...(caller.cookie === undefined ? {} : { cookie: caller.cookie, origin: new URL(baseUrl).origin }),
      ...input.headers,
    },
  });
}

/** Checks a response of a route: status, media type, schema, undeclared fields, and that its error is one the contract lists. */
export async function readAnswer<N extends RouteName>(name: N, response: Response): Promise<Answer<N>> {
  const route: RouteSpec = routes[name];
  const text = await response.text();
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  const body: unknown = isJson && text !== '' ? JSON.parse(text) : text;
  const what = `${name} (${response.status})`;
  const declared = route.responses[response.status];
  if (declared !== undefined) checkSuccess(declared, body, what);
  else checkFailure(route, response, body, what);
  return {
    status: response.status,
    headers: response.headers,
    body,
    ok: (status) => {
      const isExpected = status === undefined ? declared !== undefined : response.status === status;
      if (!isExpected) throw new Error(`${what} is not ${status ?? 'a success'}: ${text.slice(0, 2000)}`);
      return parsed<N>(body);
    },
    problem: (code) => {
      const problem = Problem.safeParse(body);
      if (!problem.success || problem.data.code !== code) throw new Error(`${what} is not ${code}: ${text.slice(0, 2000)}`);
      return problem.data;
    },
  };
}

function checkSuccess(schema: z.ZodType | null, body: unknown, what: string): void {
  if (schema !== null) exactly(schema, body, what);
  else if (body !== '') throw new Error(`${what} has a body, but the contract declares none`);
}

function checkFailure(route: RouteSpec, response: Response, body: unknown, what: string): void {
  const problem = exactly(Problem, body, what);
  const code = errorCode(problem.code, what);
  const possible: readonly ErrorCode[] = [...commonErrors, ...(route.auth === 'none' ? [] : authErrors), ...(route.errors ?? [])];
  if (!possible.includes(code)) throw new Error(`${what} failed with ${code}, which the contract does not list for it: ${problem.detail}`);
  if (response.status !== errorCatalogue[code].status || problem.status !== response.status)
    throw new Error(`${what}: ${code} has a different status than in the catalogue`);
  if (!response.headers.get('content-type')?.startsWith('application/problem+json'))
    throw new Error(`${what} is not application/problem+json`);
  if (problem.retryAfterMs !== undefined && response.headers.get('retry-after') === null) throw new Error(`${what} has no Retry-After`);
  if (code === 'internal') throw new Error(`${what} failed inside the server: requestId ${problem.requestId}`);
}

/** Cast: `readAnswer` has just parsed the body with the route's schema. */
function parsed<N extends RouteName>(body: unknown): RouteOutput<N> {
  return body as RouteOutput<N>;
}
