import { setTimeout as sleep } from 'node:timers/promises';
import { metricValue, readMetrics } from '../../replay/persistence.js';

const pollMs = 50;
const drainWaitMs = 180_000;

/** What waits to be persisted. */
export interface BacklogState {
  readonly entries: number;
  readonly oldestSeconds: number;
}

/** Messages that this process has written to the tables since its start. Throws when its metrics cannot be read. */
export async function persistedRows(url: string): Promise<number> {
  return metricValue(await exposition(url), 'parley_persist_rows_total') ?? 0;
}

export async function readBacklog(url: string): Promise<BacklogState> {
  const text = await exposition(url);
  const entries = metricValue(text, 'parley_backlog_entries');
  if (entries === null) throw new Error(`${url} does not tell its backlog`);
  return { entries, oldestSeconds: metricValue(text, 'parley_backlog_oldest_seconds') ?? 0 };
}

/** Milliseconds until nothing waits any more. Throws after three minutes. */
export async function untilBacklogEmpty(url: string): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const { entries } = await readBacklog(url);
    const waitedMs = performance.now() - startedAt;
    if (entries === 0) return waitedMs;
    if (waitedMs > drainWaitMs) throw new Error(`${entries} entries still wait to be persisted after ${drainWaitMs / 1000} s`);
    await sleep(pollMs);
  }
}

/** Comes back when search shows everything: the index follows the tables, and gives way while there is other work. Throws after three minutes. */
export async function untilSearchable(url: string): Promise<void> {
  const startedAt = performance.now();
  while ((metricValue(await exposition(url), 'parley_search_lag_seconds') ?? 0) > 0) {
    if (performance.now() - startedAt > drainWaitMs) throw new Error(`search still lags after ${drainWaitMs / 1000} s`);
    await sleep(pollMs);
  }
}

async function exposition(url: string): Promise<string> {
  const text = await readMetrics(url);
  if (text === null) throw new Error(`${url}/metrics cannot be read`);
  return text;
}
