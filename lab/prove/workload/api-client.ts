import { Agent, type IncomingHttpHeaders } from 'node:http';
import { errorMessage } from '../../support/error-message.js';
import { exchange } from '../../support/http-exchange.js';
import { sleep } from '../../support/wait.js';

/** An answer as it came. The checker must not trust the contract's types, so bodies stay `unknown`. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface Request {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly token?: string;
  readonly body?: object;
  readonly timeoutMs?: number;
}

/** A request was not answered: the connection broke or could not be made, or the request timed out. */
export class NoAnswerError extends Error {}

/** Connections are kept alive, as clients keep them. */
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
const retryIntervalMs = 100;
const metricsTimeoutMs = 3000;

/** Calls one node over REST. Returns any answer of the server; throws `NoAnswerError` without one. */
export async function call(url: string, { method, path, token, body: given, timeoutMs }: Request): Promise<Answer> {
  const sent = given === undefined ? undefined : JSON.stringify(given);
  try {
    const { status, headers, text } = await exchange(url + path, { method, headers: headersOf(token, sent), body: sent, agent, timeoutMs });
    const isJson = /\bjson\b/.test(headers['content-type'] ?? '');
    const body: unknown = isJson && text !== '' ? JSON.parse(text) : text;
    return { status, headers, body };
  } catch (error) {
    throw new NoAnswerError(errorMessage(error));
  }
}

function headersOf(token: string | undefined, body: string | undefined): Record<string, string> {
  return {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
  };
}

/** Repeats a call on all nodes in turn until it succeeds, to prepare a scenario. Throws the last answer once the time is up. */
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
    await sleep(retryIntervalMs);
  }
}

/** A field of an answer as a string. Throws if there is no such string. */
export function textOf(value: unknown, ...path: readonly string[]): string {
  const found = fieldOf(value, path);
  if (typeof found !== 'string') throw new Error(`no ${path.join('.')} in ${JSON.stringify(value).slice(0, 200)}`);
  return found;
}

/** A field of an answer as a number. Throws if there is no such number. */
export function numberOf(value: unknown, ...path: readonly string[]): number {
  const found = fieldOf(value, path);
  if (typeof found !== 'number') throw new Error(`no ${path.join('.')} in ${JSON.stringify(value).slice(0, 200)}`);
  return found;
}

/** A field of an answer as a list; empty if there is no such list. */
export function listOf(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = fieldOf(value, path);
  return Array.isArray(found) ? found : [];
}

export function fieldOf(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const name of path) found = typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined;
  return found;
}

/** The metrics of the first node that answers; empty if none does. */
export async function metricsOf(urls: readonly string[]): Promise<string> {
  for (const url of urls) {
    const answer = await call(url, { path: '/metrics', timeoutMs: metricsTimeoutMs }).catch((error: unknown) => {
      if (error instanceof NoAnswerError) return undefined;
      throw error;
    });
    if (answer?.status === 200 && typeof answer.body === 'string') return answer.body;
  }
  return '';
}
