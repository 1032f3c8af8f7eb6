import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { messageOf } from '../wait.js';

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

/** No answer: the connection broke, could not be made, or the time was up. */
export class NoAnswerError extends Error {}

/** Connections are kept, as clients keep them. Node's own `fetch` takes several times as much of the machine that is measured. */
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** REST of one node. Answers whatever the server said; throws `NoAnswerError` when it said nothing. */
export async function call(url: string, asked: Request): Promise<Answer> {
  try {
    const { response, text } = await exchange(url, asked);
    const isJson = /\bjson\b/.test(response.headers['content-type'] ?? '');
    const body: unknown = isJson && text !== '' ? JSON.parse(text) : text;
    return { status: response.statusCode ?? 0, headers: response.headers, body };
  } catch (error) {
    throw new NoAnswerError(messageOf(error));
  }
}

function exchange(url: string, asked: Request): Promise<{ response: IncomingMessage; text: string }> {
  return new Promise((resolve, reject) => {
    const body = asked.body === undefined ? undefined : JSON.stringify(asked.body);
    const sent = request(`${url}${asked.path}`, { method: asked.method ?? 'GET', headers: headersOf(asked, body), agent });
    const timer = setTimeout(() => sent.destroy(new Error('the time was up')), asked.timeoutMs ?? 10_000);
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    sent.once('error', fail);
    sent.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('error', fail);
      response.once('aborted', () => fail(new Error('the answer broke off')));
      response.once('end', () => {
        clearTimeout(timer);
        resolve({ response, text });
      });
    });
    sent.end(body);
  });
}

function headersOf({ token }: Request, body: string | undefined): Record<string, string> {
  return {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
  };
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
