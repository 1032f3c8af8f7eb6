import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Stats } from '../../contracts/operations/schemas.js';
import { metricValue, readMetrics } from '../support/metrics.js';

/** The operator's name and password, to read `/admin/stats` with. */
export interface Operator {
  readonly username: string;
  readonly password: string;
}

/** The number of committed entries that wait for Postgres; null if the server does not report it. */
export interface Backlog {
  readonly source: 'admin' | 'metrics' | null;
  readonly entries: number | null;
  /** Milliseconds until the backlog was empty or the time was up. */
  readonly waitedMs: number;
}

const Login = z.object({ token: z.string() });
const pollMs = 50;
const requestTimeoutMs = 5000;
const backlogMetric = 'parley_backlog_entries';

/** Polls until everything committed is persisted or `waitMs` have passed. Never throws: `entries` is null if the backlog cannot be read. */
export async function waitUntilPersisted(url: string, operator: Operator | null, waitMs: number): Promise<Backlog> {
  const startedAt = performance.now();
  const token = operator ? await logIn(url, operator) : null;
  for (;;) {
    const fromAdmin = token === null ? null : await adminBacklog(url, token);
    const entries = fromAdmin ?? (await metricsBacklog(url));
    const source = fromAdmin !== null ? 'admin' : entries !== null ? 'metrics' : null;
    const waitedMs = performance.now() - startedAt;
    if (entries === 0 || waitedMs > waitMs || (source === null && waitedMs > requestTimeoutMs)) return { source, entries, waitedMs };
    await sleep(pollMs);
  }
}

async function metricsBacklog(url: string): Promise<number | null> {
  const exposition = await readMetrics(url);
  return exposition === null ? null : metricValue(exposition, backlogMetric);
}

async function adminBacklog(url: string, token: string): Promise<number | null> {
  const text = await getText(`${url}/admin/stats`, { authorization: `Bearer ${token}` });
  return text === null ? null : Stats.parse(JSON.parse(text)).backlog.entries;
}

async function logIn(url: string, operator: Operator): Promise<string | null> {
  try {
    const response = await fetch(`${url}/admin/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(operator),
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    return response.ok ? Login.parse(await response.json()).token : null;
  } catch {
    return null;
  }
}

async function getText(address: string, headers: Record<string, string>): Promise<string | null> {
  try {
    const response = await fetch(address, { headers, signal: AbortSignal.timeout(requestTimeoutMs) });
    return response.ok ? await response.text() : null;
  } catch {
    return null;
  }
}
