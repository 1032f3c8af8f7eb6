import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { limits } from '#contracts/limits.js';
import { type RetentionRun, RetentionRunId } from '#contracts/operations/schemas.js';
import { type Page, type PageQuery, Timestamp } from '#contracts/primitives.js';
import { isUniqueViolation } from '#platform/errors/postgres-errors.js';
import { newId } from '#platform/ids.js';
import { Database } from '../../database/database.js';
import { decodeCursor } from '../../transport/cursor.js';
import { toPage } from '../../transport/to-page.js';

/** What a run has done so far. */
export type RunCounts = Pick<RetentionRun, 'conversations' | 'messages' | 'ranges' | 'purgedConversations'>;

interface RunRow {
  readonly id: RetentionRunId;
  readonly dry_run: boolean;
  readonly requested_at: Date;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly conversations: number;
  readonly messages: number;
  readonly ranges: number;
  readonly purged_conversations: number;
  readonly error: string | null;
}

const columns = 'id, dry_run, requested_at, started_at, ended_at, conversations, messages, ranges, purged_conversations, error';
const RunPosition = z.tuple([Timestamp, RetentionRunId]);

const runsKeptMax = 10_000;
/** A run that has not reported for so long has lost its process. It reports at least every few seconds. */
const deadAfterSeconds = 60;

/**
 * Arguments  $1 id of a new run, $2 whether it is a dry run, $3 id of a requested run that is to begin, or null
 * Effects    The run is live, and returned. Fails with a unique violation while another one is live.
 */
const beginRun = `
  INSERT INTO retention_runs (id, dry_run, requested_at, started_at, heartbeat_at, is_live)
  VALUES (COALESCE($3::uuid, $1::uuid), $2, now(), now(), now(), true)
  ON CONFLICT (id) DO UPDATE SET started_at = now(), heartbeat_at = now(), is_live = true
  RETURNING ${columns}`;

/** Argument: $1 seconds. Ends a live run that has not reported for so long. */
const endDeadRun = `
  UPDATE retention_runs SET is_live = NULL, ended_at = now(), error = 'the process stopped'
  WHERE is_live AND heartbeat_at < now() - make_interval(secs => $1)`;

/** The log of the runs that delete expired messages. One run is live at a time in the whole cluster. */
@Injectable()
export class RetentionRuns {
  constructor(private readonly database: Database) {}

  /** Requests a run. While an equal request waits, it answers that one. */
  async requestRun(isDryRun: boolean): Promise<RetentionRun> {
    const [waiting] = await this.database.query<RunRow>(
      `SELECT ${columns} FROM retention_runs WHERE started_at IS NULL AND ended_at IS NULL AND dry_run = $1 ORDER BY requested_at LIMIT 1`,
      [isDryRun],
    );
    if (waiting !== undefined) return present(waiting);
    const [row] = await this.database.query<RunRow>(
      `INSERT INTO retention_runs (id, dry_run, requested_at) VALUES ($1, $2, now()) RETURNING ${columns}`,
      [newId<RetentionRunId>(), isDryRun],
    );
    if (row === undefined) throw new Error('a requested run was not stored');
    return present(row);
  }

  /** The runs, newest first. */
  async listRuns(query: PageQuery): Promise<Page<RetentionRun>> {
    const limit = query.limit ?? limits.pageSizeDefault;
    const [at, id] = decodeCursor(RunPosition, query.cursor) ?? [null, null];
    const rows = await this.database.query<RunRow>(
      `SELECT ${columns} FROM retention_runs WHERE $1::timestamptz IS NULL OR (date_trunc('milliseconds', requested_at), id) < ($1, $2::uuid)
       ORDER BY date_trunc('milliseconds', requested_at) DESC, id DESC LIMIT $3`,
      [at, id, limit + 1],
    );
    return toPage(rows.map(present), limit, (run) => [run.requestedAt, run.id]);
  }

  /** One run of the log. */
  async getRun(id: RetentionRunId): Promise<RetentionRun> {
    const [row] = await this.database.query<RunRow>(`SELECT ${columns} FROM retention_runs WHERE id = $1`, [id]);
    if (row === undefined) throw new Error('the run is not in the log');
    return present(row);
  }

  /** The oldest request that waits. */
  async findRequest(): Promise<{ readonly id: RetentionRunId; readonly isDryRun: boolean } | undefined> {
    const [row] = await this.database.query<{ id: RetentionRunId; dry_run: boolean }>(
      'SELECT id, dry_run FROM retention_runs WHERE started_at IS NULL AND ended_at IS NULL ORDER BY requested_at LIMIT 1',
    );
    return row && { id: row.id, isDryRun: row.dry_run };
  }

  /** Begins a run, a requested one if its id is given. Undefined while another run is live anywhere. */
  async beginRun(isDryRun: boolean, requestId: RetentionRunId | null = null): Promise<RetentionRunId | undefined> {
    await this.database.query(endDeadRun, [deadAfterSeconds]);
    const [live] = await this.database.query('SELECT FROM retention_runs WHERE is_live');
    if (live !== undefined) return undefined;
    try {
      const [row] = await this.database.query<RunRow>(beginRun, [newId<RetentionRunId>(), isDryRun, requestId]);
      return row?.id;
    } catch (error) {
      // Two processes began at once: the other one was first.
      if (isUniqueViolation(error)) return undefined;
      throw error;
    }
  }

  /** Stores what the run has done and that it is alive. False when it is not live any more: then another process has taken over. */
  async reportProgress(id: RetentionRunId, counts: RunCounts): Promise<boolean> {
    const rows = await this.database.query(
      `UPDATE retention_runs SET heartbeat_at = now(), conversations = $2, messages = $3, ranges = $4, purged_conversations = $5
       WHERE id = $1 AND is_live RETURNING id`,
      [id, counts.conversations, counts.messages, counts.ranges, counts.purgedConversations],
    );
    return rows.length > 0;
  }

  /** Ends a run, with the reason if it failed, and forgets runs beyond the newest 10,000. */
  async endRun(id: RetentionRunId, error: string | null): Promise<void> {
    await this.database.query('UPDATE retention_runs SET is_live = NULL, ended_at = now(), error = $2 WHERE id = $1 AND is_live', [
      id,
      error,
    ]);
    await this.database.query(
      'DELETE FROM retention_runs WHERE ended_at IS NOT NULL AND requested_at < (SELECT requested_at FROM retention_runs ORDER BY requested_at DESC OFFSET $1 LIMIT 1)',
      [runsKeptMax],
    );
  }
}

function present(row: RunRow): RetentionRun {
  return {
    id: row.id,
    dryRun: row.dry_run,
    requestedAt: row.requested_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    conversations: row.conversations,
    messages: row.messages,
    ranges: row.ranges,
    purgedConversations: row.purged_conversations,
    error: row.error,
  };
}
