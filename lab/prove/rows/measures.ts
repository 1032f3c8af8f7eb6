import type { Attempt } from '../checker/history.js';
import type { Stage } from '../stage.js';
import { becomesTrue } from '../../support/wait.js';
import { jobsIn, OperatorSession } from '../workload/operator.js';
import { megabytes } from './bars.js';
import type { Bar } from './row.js';

/** The highest number of stored messages for one client id. */
export async function rowsPerKeyBar(stage: Stage): Promise<Bar> {
  const [row] = await stage.topology.query<{ most: number }>(
    'SELECT coalesce(max(n), 0)::int AS most FROM (SELECT count(*) AS n FROM messages GROUP BY conversation_id, sender_id, client_id) AS keys',
  );
  return { name: 'rows per key', value: row?.most ?? 0, limit: 1 };
}

/** The longest time that an attempt took, from the attempt `first` on. */
export function slowestBar(attempts: readonly Attempt[], limitSeconds: number): Bar {
  const longest = attempts.reduce((most, { askedAt, endedAt }) => Math.max(most, endedAt - askedAt), 0);
  return { name: 'longest request', value: Math.round(longest / 10) / 100, unit: 's', limit: limitSeconds };
}

/** The numbers of conversations whose counters and of members whose unread counts disagree with the stored messages. */
export async function counterBars(stage: Stage): Promise<Bar[]> {
  const [wrong] = await stage.topology.query<{ conversations: number }>(
    `SELECT count(*)::int AS conversations FROM conversations c
     WHERE last_seq <> (SELECT coalesce(max(seq), 0) FROM messages m WHERE m.conversation_id = c.id)
        OR last_seq <> (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id)`,
  );
  const [uncounted] = await stage.topology.query<{ members: number }>(
    `SELECT count(*)::int AS members FROM members p JOIN conversations c ON c.id = p.conversation_id
     WHERE p.left_at IS NULL AND p.uncounted <> (
       SELECT count(*) FROM messages m WHERE m.conversation_id = p.conversation_id AND m.seq > p.read_seq
         AND (m.sender_id = p.user_id OR m.deleted_at IS NOT NULL))`,
  );
  return [
    { name: 'conversations with a wrong last seq', value: wrong?.conversations ?? -1, limit: 0 },
    { name: 'members with a wrong unread count', value: uncounted?.members ?? -1, limit: 0 },
  ];
}

/** Retries all dead letters as an operator does, and waits until none is left. */
export async function retryDeadLetters({ topology }: Stage): Promise<void> {
  const operator = await OperatorSession.open(topology.urls[0] ?? '');
  await operator.retryFailed('dead-letters');
  await becomesTrue(async () => (await jobsIn(topology.urls, 'dead-letters', 'failed')) === 0, 30_000, 200);
}

/** Samples the memory of all nodes until it is stopped. */
export class MemoryWatch {
  private readonly atFirst: number;
  private most: number;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly stage: Stage) {
    this.atFirst = this.now();
    this.most = this.atFirst;
    this.timer = setInterval(() => {
      this.most = Math.max(this.most, this.now());
    }, 200);
  }

  /** How much the memory of any node grew at most since the start. */
  stop(limitMegabytes: number): Bar {
    clearInterval(this.timer);
    return { name: 'memory', value: megabytes(this.most - this.atFirst), unit: 'MB more', limit: limitMegabytes };
  }

  private now(): number {
    return Math.max(0, ...this.stage.topology.nodes.map((node) => node.residentBytes));
  }
}

/** Samples the age of the oldest entry that waits to be persisted. */
export class BacklogWatch {
  private oldestSeconds = 0;
  private isLooking = false;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly stage: Stage) {
    this.timer = setInterval(() => void this.look(), 500);
  }

  stop(limitSeconds?: number): Bar {
    clearInterval(this.timer);
    return { name: 'oldest unpersisted', value: Math.round(this.oldestSeconds * 10) / 10, unit: 's', limit: limitSeconds };
  }

  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    const oldest = await this.stage.topology.metric('parley_backlog_oldest_seconds').catch(() => undefined);
    this.oldestSeconds = Math.max(this.oldestSeconds, oldest ?? 0);
    this.isLooking = false;
  }
}
