import { setTimeout as sleep } from 'node:timers/promises';

export { sleep };

type Condition = () => boolean | Promise<boolean>;

/** Polls a condition. Resolves with true once it holds, with false if it does not hold within `timeoutMs`. */
export async function becomesTrue(condition: Condition, timeoutMs: number, intervalMs = 25): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) return false;
    await sleep(intervalMs);
  }
  return true;
}

/** Polls a condition until it holds. Throws an error that names it if it does not hold within `timeoutMs`. */
export async function until(what: string, condition: Condition, timeoutMs: number, intervalMs = 25): Promise<void> {
  if (!(await becomesTrue(condition, timeoutMs, intervalMs))) throw new Error(`not within ${timeoutMs} ms: ${what}`);
}

/** The promise's value. Throws an error that names what was awaited once `timeoutMs` have passed. */
export async function within<T>(timeoutMs: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${timeoutMs} ms: ${what}`)), timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
