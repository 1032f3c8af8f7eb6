import { Inject, Injectable } from '@nestjs/common';
import type { Stats } from '#contracts/operations/schemas.js';
import { Database } from '../../../database/database.js';
import { clock } from '#platform/clock/clock.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { parleyVersion } from '#platform/version.js';
import { ConversationLog } from '../../log/conversation-log.js';
import { QueueStats } from '../../queues/queue-stats.js';
import { Presence } from '../../presence/presence.js';

/** Tables up to this size are counted. For larger ones the estimate of Postgres is good enough, and costs nothing. */
const countedRowsMax = 100_000;

const tables = ['users', 'conversations', 'messages'] as const;
type Table = (typeof tables)[number];

/**
 * Statistics of the whole cluster, except for memory and uptime, which are those of the answering process. Row counts over 100,000
 * are the planner's estimate as of the last vacuum or analyze.
 */
@Injectable()
export class ReadStats {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly database: Database,
    private readonly log: ConversationLog,
    private readonly queues: QueueStats,
    private readonly presence: Presence,
  ) {}

  async execute(): Promise<Stats> {
    const [users, conversations, messages, backlog, queues, presence] = await Promise.all([
      this.countRows('users'),
      this.countRows('conversations'),
      this.countRows('messages'),
      this.log.backlog(),
      this.queues.readCounts(),
      this.presence.countOnline(),
    ]);
    return {
      version: parleyVersion(),
      mode: this.config.redisUrl === undefined ? 'embedded' : 'cluster',
      uptimeMs: Math.round(process.uptime() * 1000),
      residentBytes: process.memoryUsage.rss(),
      sockets: presence.devices,
      usersOnline: presence.users,
      users,
      conversations,
      messages,
      backlog: {
        entries: backlog.entries,
        oldestAgeMs: backlog.oldestAt === null ? null : Math.max(0, clock.now() - backlog.oldestAt.getTime()),
      },
      queues: queues.map(({ name, waiting, active, delayed, failed, completed }) => ({
        name,
        waiting,
        active,
        delayed,
        failed,
        completed,
      })),
    };
  }

  private async countRows(table: Table): Promise<number> {
    const [estimate] = await this.database.query<{ rows: number }>(
      'SELECT reltuples::float8 AS rows FROM pg_class WHERE oid = $1::regclass',
      [table],
    );
    if (estimate !== undefined && estimate.rows > countedRowsMax) return Math.round(estimate.rows);
    const [count] = await this.database.query<{ rows: number }>(`SELECT count(*)::int AS rows FROM ${table}`);
    return count?.rows ?? 0;
  }
}
