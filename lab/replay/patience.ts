import { setTimeout as sleep } from 'node:timers/promises';
import type { AckError } from '../../contracts/commands.js';

/** The server's own refusal, from an ack or a problem document. */
export class RefusedError extends Error {
  /** An earlier attempt got no answer, so it may have been carried out and be the reason for this refusal. */
  isAfterUnanswered = false;

  constructor(
    readonly what: string,
    readonly error: AckError,
  ) {
    super(`${what}: ${error.code}: ${error.message}${error.errors ? ` ${JSON.stringify(error.errors)}` : ''} (request ${error.requestId})`);
    this.name = 'RefusedError';
  }
}

/** No answer: the connection broke, could not be made, or the time was up. Whether the server did it is unknown. */
export class NoAnswerError extends Error {
  constructor(what: string, cause: unknown) {
    super(`${what}: no answer (${cause instanceof Error ? cause.message : String(cause)})`, { cause });
    this.name = 'NoAnswerError';
  }
}

/** What the clients of one replay had to put up with. */
export interface Troubles {
  retried: number;
  rateLimited: number;
  reconnected: number;
}

const backoffFirstMs = 50;
const backoffMostMs = 2000;

/** Repeats what may be repeated, with growing waits or the wait that the server names, for at most `retryForMs` per action. */
export class Patience {
  readonly troubles: Troubles = { retried: 0, rateLimited: 0, reconnected: 0 };

  constructor(
    private readonly retryForMs: number,
    private readonly onRateLimited: (what: string, waitMs: number) => void = () => undefined,
  ) {}

  /** Calls `attempt` with its number (from 1) until it succeeds, fails for good, or the time is up; then throws the last failure. */
  async keepTrying<T>(attempt: (number: number) => Promise<T>): Promise<T> {
    const deadline = performance.now() + this.retryForMs;
    for (let number = 1; ; number += 1) {
      try {
        return await attempt(number);
      } catch (error) {
        const waitMs = this.waitAfter(error, number);
        const isRateLimit = error instanceof RefusedError && error.error.code === 'rateLimited';
        if (waitMs === null || (!isRateLimit && performance.now() + waitMs > deadline)) throw error;
        await sleep(waitMs);
      }
    }
  }

  private waitAfter(error: unknown, number: number): number | null {
    const backoffMs = Math.min(backoffMostMs, backoffFirstMs * 2 ** Math.min(number - 1, 10)) * (0.5 + Math.random() / 2);
    if (error instanceof NoAnswerError) {
      this.troubles.retried += 1;
      return backoffMs;
    }
    if (!(error instanceof RefusedError) || !error.error.retryable) return null;
    const waitMs = error.error.retryAfterMs ?? backoffMs;
    if (error.error.code !== 'rateLimited') {
      this.troubles.retried += 1;
      return waitMs;
    }
    this.troubles.rateLimited += 1;
    this.onRateLimited(error.what, waitMs);
    return waitMs;
  }
}
