import type { Attempt, Outcome } from '../checker/history.js';
import type { Random } from '../../support/random.js';
import { sleep } from '../../support/wait.js';
import { type Answer, call, fieldOf, NoAnswerError, numberOf, type Request, textOf } from './api-client.js';
import type { ChatClient } from './chat-client.js';
import type { OpenOperation, OperationLog } from './operation-log.js';
import { NodeChoice } from './node-choice.js';
import type { Person } from './people.js';
import { errorMessage } from '../../support/error-message.js';

/** The result of one attempt, before it is recorded. */
export interface Answered {
  readonly outcome: Outcome;
  readonly code?: string;
  readonly seq?: number;
  readonly id?: string;
  readonly isReplay?: boolean;
  readonly retryAfterMs?: number;
}

/** A way to send messages: REST or a socket. */
export interface Door {
  readonly via: 'rest' | 'socket';
  send(operation: OpenOperation, text: string): Promise<Answered & { readonly node: string }>;
}

export interface RetryPolicy {
  /** Milliseconds; longer than the server may take, so that a late answer is still measured. */
  readonly attemptTimeoutMs: number;
  /** Milliseconds during which an operation is repeated; 0 means never. */
  readonly retryForMs: number;
}

/** Error codes that leave the outcome open, so that the client repeats with the same client id. Every other error is a refusal. */
const openCodes = new Set(['overloaded', 'internal']);
const notConnected = 'client.notConnected';
const retriedCodes = new Set(['overloaded', 'internal', 'rateLimited', notConnected]);

export class RestDoor implements Door {
  readonly via = 'rest';
  private readonly nodes: NodeChoice;

  constructor(
    private readonly person: Person,
    urls: readonly string[],
    turn: number,
    private readonly timeoutMs: number,
  ) {
    this.nodes = new NodeChoice(urls, turn);
  }

  async send(operation: OpenOperation, text: string) {
    const node = this.nodes.next();
    const path = `/v1/conversations/${operation.conversationId}/messages`;
    const body = { clientId: operation.clientId, text };
    const request = { method: 'POST', path, token: this.person.accessToken, body, timeoutMs: this.timeoutMs } as const;
    const { answer, failed } = await askOnce(node, request);
    if (failed !== undefined) {
      if (failed.outcome === 'unknown') this.nodes.avoid(node);
      return { node, ...failed };
    }
    const isReplay = answer.headers['idempotent-replayed'] === 'true';
    return { node, outcome: 'acked' as const, seq: numberOf(answer.body, 'seq'), id: textOf(answer.body, 'id'), isReplay };
  }
}

type Asked = { readonly answer: Answer; readonly failed: undefined } | { readonly answer: undefined; readonly failed: Answered };

/** Makes one REST call; returns the answer of a success, or how the call failed. */
export async function askOnce(node: string, request: Request): Promise<Asked> {
  try {
    const answer = await call(node, request);
    if (answer.status < 300) return { answer, failed: undefined };
    const found = fieldOf(answer.body, ['code']);
    const code = typeof found === 'string' ? found : `http.${answer.status}`;
    const retryAfterMs = Number(fieldOf(answer.body, ['retryAfterMs']) ?? 0);
    return { answer: undefined, failed: { outcome: outcomeOfCode(code), code, retryAfterMs } };
  } catch (error) {
    if (!(error instanceof NoAnswerError)) throw error;
    return { answer: undefined, failed: { outcome: 'unknown', code: error.message } };
  }
}

export class SocketDoor implements Door {
  readonly via = 'socket';

  constructor(
    private readonly client: ChatClient,
    private readonly timeoutMs: number,
  ) {}

  async send({ conversationId, clientId }: OpenOperation, text: string) {
    const { node } = this.client;
    if (!this.client.ready) return { node, outcome: 'refused' as const, code: notConnected };
    try {
      const ack = await this.client.command('message.send', { conversationId, clientId, text }, this.timeoutMs);
      if (ack.ok) return { node, outcome: 'acked' as const, seq: numberOf(ack.data, 'seq'), id: textOf(ack.data, 'id') };
      return { node, outcome: outcomeOfCode(ack.code), code: ack.code, retryAfterMs: ack.retryAfterMs };
    } catch (error) {
      return { node, outcome: 'unknown' as const, code: errorMessage(error) };
    }
  }
}

function outcomeOfCode(code: string): Outcome {
  return openCodes.has(code) || code.startsWith('http.5') ? 'unknown' : 'refused';
}

const backoffFirstMs = 20;
const backoffMostMs = 500;

export interface SendPolicy extends RetryPolicy {
  readonly random: Random;
  readonly isOver?: () => boolean;
}

/** Whether the outcome is final, so that no further attempt is needed. */
export function isSettled({ outcome, code = '' }: Attempt): boolean {
  return outcome === 'acked' || (outcome === 'refused' && !retriedCodes.has(code));
}

/** Waits for the longer of the server's retry time (at most 2 s) and a random backoff that grows with each failure. */
export async function waitBeforeRetry(index: number, retryAfterMs: number, random: Random): Promise<void> {
  const backoffMs = Math.min(backoffMostMs, backoffFirstMs * 2 ** Math.min(index, 6));
  await sleep(Math.max(Math.min(retryAfterMs, 2000), backoffMs * (0.5 + random.next() / 2)));
}

/** Repeats one operation until its outcome is final, and records every attempt. */
export async function deliver(
  log: OperationLog,
  operation: OpenOperation,
  door: Door,
  policy: SendPolicy & { readonly text: string },
): Promise<Attempt> {
  const startedAt = performance.now();
  for (let index = 0; ; index += 1) {
    const askedAt = performance.now();
    const answered = await door.send(operation, policy.text);
    const { retryAfterMs = 0, ...known } = answered;
    const attempt: Attempt = { ...known, via: door.via, askedAt, endedAt: performance.now() };
    log.close(operation, attempt);
    if (isSettled(attempt) || attempt.endedAt - startedAt >= policy.retryForMs || policy.isOver?.() === true) return attempt;
    await waitBeforeRetry(index, retryAfterMs, policy.random);
  }
}
