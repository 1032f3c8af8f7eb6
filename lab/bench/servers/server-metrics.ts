import { metricValue, readMetrics } from '../../support/metrics.js';
import { until } from '../../support/wait.js';

const pollMs = 50;
const drainTimeoutMs = 180_000;

/** The entries that wait to be persisted. */
export interface BacklogState {
  readonly entries: number;
  readonly oldestSeconds: number;
}

/** The messages that a process has written to the tables since its start. Throws if its metrics cannot be read. */
export async function persistedRows(url: string): Promise<number> {
  return metricValue(await requireMetrics(url), 'parley_persist_rows_total') ?? 0;
}

export async function readBacklog(url: string): Promise<BacklogState> {
  const text = await requireMetrics(url);
  const entries = metricValue(text, 'parley_backlog_entries');
  if (entries === null) throw new Error(`${url} does not report its backlog`);
  return { entries, oldestSeconds: metricValue(text, 'parley_backlog_oldest_seconds') ?? 0 };
}

/** Resolves with the milliseconds until the backlog is empty. Throws after three minutes. */
export async function untilBacklogEmpty(url: string): Promise<number> {
  const startedAt = performance.now();
  await until('the backlog is empty', async () => (await readBacklog(url)).entries === 0, drainTimeoutMs, pollMs);
  return performance.now() - startedAt;
}

/** Waits until search finds everything: the index follows the tables and yields to other work. Throws after three minutes. */
export async function untilSearchable(url: string): Promise<void> {
  const lag = async (): Promise<number> => metricValue(await requireMetrics(url), 'parley_search_lag_seconds') ?? 0;
  await until('search is up to date', async () => (await lag()) <= 0, drainTimeoutMs, pollMs);
}

async function requireMetrics(url: string): Promise<string> {
  const text = await readMetrics(url);
  if (text === null) throw new Error(`${url}/metrics cannot be read`);
  return text;
}
