import type { Attempt, Outcome } from '../checker/history.js';
import type { Random } from '../random.js';
import { messageOf, sleep } from '../wait.js';
import { call, fieldOf, NoAnswerError, numberOf, textOf } from './api-client.js';
import type { ChatClient } from './chat-client.js';
import type { OpenOperation, OperationLog } from './operation-log.js';
import type { Person } from './people.js';

/** What came of one attempt, before it is noted. */
export interface Answered {
  readonly outcome: Outcome;
  readonly code?: string;
  readonly seq?: number;
  readonly id?: string;
  readonly isReplay?: boolean;
  readonly retryAfterMs?: number;
}

/** A way to the server. */
export interface Door {
  readonly via: 'rest' | 'socket';
  send(operation: OpenOperation, text: string): Promise<Answered & { readonly node: string }>;
}

export interface RetryPolicy {
  /** One attempt's time; longer than the server may take, so that too long an answer is seen as such. */
  readonly attemptTimeoutMs: number;
  /** How long an operation is repeated. 0: never. */
  readonly retryForMs: number;
}

/** The server says that it was not done. Everything else that is no success leaves the outcome open: repeat with the same client id. */
const openCodes = new Set(['overloaded', 'internal']);
const notConnected = 'client.notConnected';
const retriedCodes = new Set(['overloaded', 'internal', 'rateLimited', notConnected]);

const avoidedMs = 1000;

export class RestDoor implements Door {
  readonly via = 'rest';
  private readonly avoidedUntil = new Map<string, number>();

  constructor(
    private readonly person: Person,
    private readonly urls: readonly string[],
    /** Which of the nodes to begin with. */
    private turn: number,
    private readonly timeoutMs: number,
  ) {}

  /** As a load balancer would: one node after the other, and for a second none that has just given no answer. */
  async send(operation: OpenOperation, text: string) {
    this.turn += 1;
    const now = performance.now();
    const node = this.nodeFrom(this.turn, (url) => (this.avoidedUntil.get(url) ?? 0) <= now) ?? this.nodeFrom(this.turn, () => true) ?? '';
    const answered = await this.ask(node, operation, text);
    if (answered.outcome === 'unknown') this.avoidedUntil.set(node, performance.now() + avoidedMs);
    return answered;
  }

  private nodeFrom(first: number, fits: (url: string) => boolean): string | undefined {
    return this.urls.map((_, index) => this.urls[(first + index) % this.urls.length] ?? '').find(fits);
  }

  private async ask(node: string, operation: OpenOperation, text: string) {
    const path = `/v1/conversations/${operation.conversationId}/messages`;
    const body = { clientId: operation.clientId, text };
    try {
      const answer = await call(node, { method: 'POST', path, token: this.person.accessToken, body, timeoutMs: this.timeoutMs });
      if (answer.status < 300) {
        const isReplay = answer.headers['idempotent-replayed'] === 'true';
        return { node, outcome: 'acked' as const, seq: numberOf(answer.body, 'seq'), id: textOf(answer.body, 'id'), isReplay };
      }
      const found = fieldOf(answer.body, ['code']);
      const code = typeof found === 'string' ? found : `http.${answer.status}`;
      const retryAfterMs = Number(fieldOf(answer.body, ['retryAfterMs']) ?? 0);
      return { node, outcome: outcomeOfCode(code), code, retryAfterMs };
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error;
      return { node, outcome: 'unknown' as const, code: error.message };
    }
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
      return { node, outcome: 'unknown' as const, code: messageOf(error) };
    }
  }
}

function outcomeOfCode(code: string): Outcome {
  return openCodes.has(code) || code.startsWith('http.5') ? 'unknown' : 'refused';
}

const backoffFirstMs = 20;
const backoffMostMs = 500;

/** Sends one operation until it is settled, and notes every attempt. */
export async function deliver(
  log: OperationLog,
  operation: OpenOperation,
  door: Door,
  policy: RetryPolicy & { readonly random: Random; readonly text: string; readonly isOver?: () => boolean },
): Promise<Attempt> {
  const startedAt = performance.now();
  for (let index = 0; ; index += 1) {
    const askedAt = performance.now();
    const answered = await door.send(operation, policy.text);
    const { retryAfterMs = 0, ...known } = answered;
    const attempt: Attempt = { ...known, via: door.via, askedAt, endedAt: performance.now() };
    log.close(operation, attempt);
    const isSettled = attempt.outcome === 'acked' || (attempt.outcome === 'refused' && !retriedCodes.has(attempt.code ?? ''));
    if (isSettled || attempt.endedAt - startedAt >= policy.retryForMs || policy.isOver?.() === true) return attempt;
    const backoffMs = Math.min(backoffMostMs, backoffFirstMs * 2 ** Math.min(index, 6));
    await sleep(Math.max(Math.min(retryAfterMs, 2000), backoffMs * (0.5 + policy.random.next() / 2)));
  }
}
