import { setTimeout as sleep } from 'node:timers/promises';

export { sleep };

/** Asks again until the answer is true; false when it is not within `timeoutMs`. */
export async function becomes(ask: () => boolean | Promise<boolean>, timeoutMs: number, intervalMs = 25): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!(await ask())) {
    if (performance.now() > deadline) return false;
    await sleep(intervalMs);
  }
  return true;
}

/** Asks again until the answer is true; throws what never came true. */
export async function until(what: string, ask: () => boolean | Promise<boolean>, timeoutMs: number, intervalMs = 25): Promise<void> {
  if (!(await becomes(ask, timeoutMs, intervalMs))) throw new Error(`not within ${timeoutMs} ms: ${what}`);
}

/** The promise's value, or an error that names what was awaited once `timeoutMs` have passed. */
export async function within<T>(timeoutMs: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${timeoutMs} ms: ${what}`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The error's own words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
