import { setTimeout as sleep } from 'node:timers/promises';
import type { AckError } from '../../contracts/commands.js';
import { errorMessage } from './error-message.js';

/** The server refused a request, by an ack or a problem document. */
export class RefusedError extends Error {
  /** Whether an earlier attempt was not answered: it may have succeeded and be the reason for this refusal. */
  isAfterUnanswered = false;

  constructor(
    readonly what: string,
    readonly error: AckError,
  ) {
    const details = error.errors === undefined ? '' : ` ${JSON.stringify(error.errors)}`;
    super(`${what}: ${error.code}: ${error.message}${details} (request ${error.requestId})`);
    this.name = 'RefusedError';
  }
}

/** A request was not answered: the connection broke or could not be made, or the request timed out. It may have succeeded. */
export class NoAnswerError extends Error {
  constructor(what: string, cause: unknown) {
    super(`${what}: no answer (${errorMessage(cause)})`, { cause });
    this.name = 'NoAnswerError';
  }
}

/** How often clients had to retry, wait or reconnect. */
export interface RetryCounts {
  retried: number;
  rateLimited: number;
  reconnected: number;
}

const backoffFirstMs = 50;
const backoffMaxMs = 2000;

/** Retries what is retryable, with growing waits or the wait that the server asks for, for at most `retryForMs` per action. */
export class Retrier {
  readonly counts: RetryCounts = { retried: 0, rateLimited: 0, reconnected: 0 };

  constructor(
    private readonly retryForMs: number,
    private readonly onRateLimited: (what: string, waitMs: number) => void = () => undefined,
  ) {}

  /** Calls `attempt` until it succeeds, fails for good or the time is up. Then throws the last error. Rate limits are always waited for. */
  async keepTrying<T>(attempt: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.retryForMs;
    for (let number = 1; ; number += 1) {
      try {
        return await attempt();
      } catch (error) {
        const waitMs = this.waitAfter(error, number);
        const isRateLimit = error instanceof RefusedError && error.error.code === 'rateLimited';
        if (waitMs === null || (!isRateLimit && performance.now() + waitMs > deadline)) throw error;
        await sleep(waitMs);
      }
    }
  }

  private waitAfter(error: unknown, number: number): number | null {
    const backoffMs = Math.min(backoffMaxMs, backoffFirstMs * 2 ** Math.min(number - 1, 10)) * (0.5 + Math.random() / 2);
    if (error instanceof NoAnswerError) {
      this.counts.retried += 1;
      return backoffMs;
    }
    if (!(error instanceof RefusedError) || !error.error.retryable) return null;
    const waitMs = error.error.retryAfterMs ?? backoffMs;
    if (error.error.code !== 'rateLimited') {
      this.counts.retried += 1;
      return waitMs;
    }
    this.counts.rateLimited += 1;
    this.onRateLimited(error.what, waitMs);
    return waitMs;
  }
}
