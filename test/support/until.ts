import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
}

/** Polls until the condition holds, for at most `timeoutMs` (5 s by default). Throws with `what` otherwise. */
export async function until(what: string, ask: () => boolean | Promise<boolean>, options: UntilOptions = {}): Promise<void> {
  const deadline = Date.now() + (options.timeoutMs ?? 5000);
  while (!(await ask())) {
    if (Date.now() > deadline) throw new Error(`not within ${options.timeoutMs ?? 5000} ms: ${what}`);
    await delay(options.intervalMs ?? 20);
  }
}

/** The value of the promise. Throws with `what` after `timeoutMs`. */
export async function within<T>(timeoutMs: number, what: string, work: Promise<T>): Promise<T> {
  const clock = new AbortController();
  const late = delay(timeoutMs, undefined, { signal: clock.signal }).then(() => {
    throw new Error(`not within ${timeoutMs} ms: ${what}`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clock.abort();
    late.catch(() => undefined);
  }
}
