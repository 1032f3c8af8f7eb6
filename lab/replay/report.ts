import type { ObserverCounts } from './observer.js';
import type { Backlog } from './persistence.js';
import type { RetryCounts } from '../support/retrier.js';

/** The result of a replay. Times are in milliseconds. */
export interface ReplayReport {
  readonly isVerified: boolean;
  /** One sentence per difference; empty if verified. */
  readonly differences: readonly string[];
  readonly file: string;
  readonly conversationId: string;
  readonly lines: number;
  readonly ignoredLines: number;
  readonly people: number;
  readonly replies: number;
  readonly sent: number;
  readonly acknowledged: number;
  /** The number of acks for messages that an earlier attempt had already sent, including forced repeats. */
  readonly replayed: number;
  readonly troubles: RetryCounts;
  readonly readBack: number;
  readonly backlog: Backlog;
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  readonly driveMs: number;
  readonly linesPerSecond: number;
  readonly messagesPerSecond: number;
  /** Messages per second from the first step to the end of the verification. */
  readonly verifiedPerSecond: number;
  readonly observers: readonly (ObserverCounts & { readonly name: string })[];
}

const differencesShownMax = 20;

/** Formats the report for people. */
export function formatReport(report: ReplayReport): string {
  const { backlog, troubles } = report;
  const rows: [string, string][] = [
    ['file', `${report.file}: ${report.lines} lines, ${report.ignoredLines} ignored, ${report.people} people, ${report.replies} replies`],
    ['sent', String(report.sent)],
    ['acknowledged', `${report.acknowledged}, ${report.replayed} of them again (same clientId, same message)`],
    ['retried', `${troubles.retried} attempts, ${troubles.reconnected} reconnections, ${troubles.rateLimited} waits for a rate limit`],
    ['read back', `${report.readBack} over REST`],
    ['persisted', persistedText(report)],
    ['ack', `p50 ${report.ackP50Ms.toFixed(2)} ms, p99 ${report.ackP99Ms.toFixed(2)} ms`],
    [
      'speed',
      `${report.linesPerSecond.toFixed(0)} lines/s, ${report.messagesPerSecond.toFixed(0)} messages/s, verified end to end ${report.verifiedPerSecond.toFixed(0)}/s`,
    ],
    ...report.observers.map((one): [string, string] => [
      one.name,
      `${one.live} live, ${one.synced} by sync, ${one.connections} connections, ${one.outOfOrder} out of order, ${one.duplicates} twice`,
    ]),
    [
      'backlog',
      backlog.source === null
        ? 'not reported by the server'
        : `${backlog.entries ?? '?'} entries after ${backlog.waitedMs.toFixed(0)} ms (${backlog.source})`,
    ],
    ['verified', report.isVerified ? 'yes: text, order, senders and replies' : `NO: ${report.differences.length} differences`],
  ];
  const shown = report.differences.slice(0, differencesShownMax).map((difference) => `  ${difference}`);
  const hidden = report.differences.length - shown.length;
  return [...rows.map(([name, value]) => `${name.padEnd(13)} ${value}`), ...shown, ...(hidden > 0 ? [`  and ${hidden} more`] : [])].join(
    '\n',
  );
}

function persistedText({ backlog, acknowledged }: ReplayReport): string {
  if (backlog.source === null || backlog.entries === null)
    return 'unknown (give ADMIN_USERNAME and ADMIN_PASSWORD, or let /metrics be read)';
  return backlog.entries === 0 ? `${acknowledged} (backlog empty)` : `not all: ${backlog.entries} entries wait`;
}
