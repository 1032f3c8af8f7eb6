import { messageOf } from '../wait.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly token?: string;
  readonly body?: object;
  readonly timeoutMs?: number;
}

/** No answer: the connection broke, could not be made, or the time was up. */
export class NoAnswerError extends Error {}

/** REST of one node. Answers whatever the server said; throws `NoAnswerError` when it said nothing. */
export async function call(url: string, request: Request): Promise<Answer> {
  const headers: Record<string, string> = {};
  if (request.token !== undefined) headers['authorization'] = `Bearer ${request.token}`;
  if (request.body !== undefined) headers['content-type'] = 'application/json';
  try {
    const response = await fetch(`${url}${request.path}`, {
      method: request.method ?? 'GET',
      headers,
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      signal: AbortSignal.timeout(request.timeoutMs ?? 10_000),
    });
    const text = await response.text();
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
    const body: unknown = isJson && text !== '' ? JSON.parse(text) : text;
    return { status: response.status, headers: response.headers, body };
  } catch (error) {
    throw new NoAnswerError(messageOf(error instanceof Error && error.cause !== undefined ? error.cause : error));
  }
}

/** Calls until it succeeds, over all nodes in turn; for what prepares a scenario. Throws what the last answer was. */
export async function insist(urls: readonly string[], request: Request, retryForMs = 20_000): Promise<unknown> {
  const deadline = performance.now() + retryForMs;
  for (let turn = 0; ; turn += 1) {
    const url = urls[turn % urls.length] ?? '';
    try {
      const { status, body } = await call(url, request);
      if (status < 300) return body;
      if (performance.now() > deadline || (status < 500 && status !== 429))
        throw new Error(`${request.path}: ${status} ${JSON.stringify(body).slice(0, 300)}`);
    } catch (error) {
      if (!(error instanceof NoAnswerError) || performance.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A field of an answer as text. Throws when it is none. */
export function textOf(value: unknown, ...path: readonly string[]): string {
  const found = fieldOf(value, path);
  if (typeof found !== 'string') throw new Error(`no ${path.join('.')} in ${JSON.stringify(value).slice(0, 200)}`);
  return found;
}

/** A field of an answer as a number. Throws when it is none. */
export function numberOf(value: unknown, ...path: readonly string[]): number {
  const found = fieldOf(value, path);
  if (typeof found !== 'number') throw new Error(`no ${path.join('.')} in ${JSON.stringify(value).slice(0, 200)}`);
  return found;
}

/** A field of an answer as a list; an empty one when there is none. */
export function listOf(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = fieldOf(value, path);
  return Array.isArray(found) ? found : [];
}

export function fieldOf(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const name of path) found = typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined;
  return found;
}

/** The metrics of the first node that answers, as text; empty when none does. */
export async function metricsOf(urls: readonly string[]): Promise<string> {
  for (const url of urls) {
    const answer = await call(url, { path: '/metrics', timeoutMs: 3000 }).catch((error: unknown) => {
      if (error instanceof NoAnswerError) return undefined;
      throw error;
    });
    if (answer?.status === 200 && typeof answer.body === 'string') return answer.body;
  }
  return '';
}
