import type { Socket } from 'socket.io-client';
import { metricValue, readMetrics, waitUntilPersisted } from '../../tools/replay/persistence.js';
import type { Figures } from '../scenario.js';
import { type LoopFigures, runClosedLoop, type Sender } from './closed-loop.js';

const drainWaitMs = 60_000;
const rowsMetric = 'parley_persist_rows_total';

/** The figures of a load as the table wants them. */
export function figuresOf(loop: LoopFigures): Figures {
  return {
    acksPerSecond: loop.acksPerSecond,
    deliveriesPerSecond: loop.deliveriesPerSecond,
    ackP50Ms: loop.ackP50Ms,
    ackP99Ms: loop.ackP99Ms,
  };
}

/**
 * One round against Parley: the load, then the wait until its backlog is empty, so that the next contender has the machine.
 * `persistedPerSecond` counts rows from the first send until the last is in Postgres; null when /metrics does not tell.
 */
export async function runParleyRound(
  url: string,
  senders: readonly Sender[],
  receivers: readonly Socket[],
  seconds: number,
): Promise<Figures> {
  const before = await persistedRows(url);
  const loop = await runClosedLoop(senders, receivers, seconds);
  const backlog = await waitUntilPersisted(url, null, drainWaitMs);
  const after = await persistedRows(url);
  const rows = before === null || after === null ? null : after - before;
  const totalSeconds = (loop.loadMs + backlog.waitedMs) / 1000;
  return {
    ...figuresOf(loop),
    persistedPerSecond: rows === null ? null : rows / totalSeconds,
    backlogEmptyMs: backlog.entries === 0 ? backlog.waitedMs : null,
    sent: loop.sent,
    persistedRows: rows,
  };
}

async function persistedRows(url: string): Promise<number | null> {
  const exposition = await readMetrics(url);
  return exposition === null ? null : metricValue(exposition, rowsMetric);
}
