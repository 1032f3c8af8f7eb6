import { z } from 'zod';
import type { AckError } from '../../contracts/commands.js';
import { routes, type RouteInput, type RouteName, type RouteOutput } from '../../contracts/routes.js';
import { NoAnswerError, RefusedError, type Retrier } from './retrier.js';

type Given<N extends RouteName> = { [K in keyof RouteInput<N> as RouteInput<N>[K] extends undefined ? never : K]: RouteInput<N>[K] };
type Call<N extends RouteName> = Given<N> & { readonly token?: string };

const Problem = z.object({
  code: z.string(),
  detail: z.string().optional(),
  title: z.string().optional(),
  requestId: z.string().default('none'),
  retryAfterMs: z.number().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
const retryableStatuses = new Set([429, 500, 502, 503, 504]);

/** A REST client of a running Parley, typed by the contract. An answer that does not fit its schema throws. */
export class RestClient {
  constructor(
    private readonly url: string,
    private readonly retrier: Retrier,
    private readonly requestTimeoutMs = 15_000,
  ) {}

  /** Calls a route until the server answers. Throws a `RefusedError` if it refuses for good. */
  call<N extends RouteName>(route: N, call: Call<N>): Promise<RouteOutput<N>> {
    return this.retrier.keepTrying(() => this.callOnce(route, call));
  }

  /** Calls a route once. Throws a `NoAnswerError` if the server does not answer. */
  async callOnce<N extends RouteName>(route: N, call: Call<N>): Promise<RouteOutput<N>> {
    const parts: { params?: object; query?: object; body?: object; token?: string } = call;
    const headers: Record<string, string> = {};
    if (parts.token !== undefined) headers['authorization'] = `Bearer ${parts.token}`;
    if (parts.body !== undefined) headers['content-type'] = 'application/json';
    const { status, text, retryAfter } = await this.fetchText(route, this.address(route, parts), {
      method: routes[route].method,
      headers,
      ...(parts.body === undefined ? {} : { body: JSON.stringify(parts.body) }),
    });
    if (status >= 400) throw new RefusedError(route, refusalOf(status, text, retryAfter));
    return parseAnswer(route, status, text);
  }

  private address(route: RouteName, parts: { params?: object; query?: object }): string {
    const params = new Map(Object.entries(parts.params ?? {}).map(([name, value]) => [name, String(value)]));
    const path = routes[route].path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params.get(name) ?? ''));
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(parts.query ?? {})) if (value !== undefined) query.set(name, String(value));
    return `${this.url}${path}${query.size > 0 ? `?${query.toString()}` : ''}`;
  }

  private async fetchText(what: string, address: string, init: RequestInit) {
    try {
      const response = await fetch(address, { ...init, signal: AbortSignal.timeout(this.requestTimeoutMs) });
      return { status: response.status, text: await response.text(), retryAfter: response.headers.get('retry-after') };
    } catch (error) {
      throw new NoAnswerError(what, error instanceof Error && error.cause instanceof Error ? error.cause : error);
    }
  }
}

function parseAnswer<N extends RouteName>(route: N, status: number, text: string): RouteOutput<N> {
  const responses: Readonly<Record<number, z.ZodType | null>> = routes[route].responses;
  const schema = responses[status];
  if (schema === undefined) throw new Error(`${route}: answered ${status}, which the contract does not name`);
  const answer = schema === null ? undefined : schema.parse(JSON.parse(text));
  return answer as RouteOutput<N>;
}

function refusalOf(status: number, text: string, retryAfter: string | null): AckError {
  const problem = Problem.safeParse(parseJson(text));
  const retryAfterMs = retryAfter === null ? undefined : Number(retryAfter) * 1000;
  const wait = problem.data?.retryAfterMs ?? (Number.isFinite(retryAfterMs) ? retryAfterMs : undefined);
  return {
    code: problem.data?.code ?? `http.${status}`,
    message: problem.data?.detail ?? problem.data?.title ?? text.slice(0, 200),
    retryable: retryableStatuses.has(status),
    requestId: problem.data?.requestId ?? 'none',
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    ...(problem.data?.errors ? { errors: problem.data.errors } : {}),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
