import type { ConversationId, UserId } from '../../../../contracts/primitives.js';
import type { Database } from '../../../database/database.js';
import { type Backlog, type CommitOutcome, ConversationLog, type PendingMessagesRange, type PendingRange } from '../conversation-log.js';
import type { Draft, Head, LogEntry } from '../draft.js';
import { shardOf } from '../shard-of.js';
import { commitParameters, entryColumns, type EntryRow, toEntry } from './rows.js';

interface OutcomeRow {
  place: number;
  outcome: CommitOutcome['outcome'];
  seq: number | null;
  rev: number | null;
}

/** Beyond every `seq` and `rev`. */
const seqMax = 2_147_483_647;

const commitSql = `SELECT place, outcome, seq, rev FROM log_commit($1::int[], $2::uuid[], $3::int[], $4::bool[], $5::text[], $6::uuid[],
  $7::uuid[], $8::bytea[], $9::int[], $10::timestamptz[], $11::text[])`;

/** Entries are in the log table from their commit until they are settled; then `messages` and its like hold them. */
export class PostgresConversationLog extends ConversationLog {
  private lifeName = '';

  constructor(
    private readonly database: Database,
    readonly shardCount: number,
  ) {
    super();
  }

  /** Reads the epoch. Called once, before anything else. */
  async open(): Promise<void> {
    const [row] = await this.database.query<{ value: string }>("SELECT value FROM parley_meta WHERE key = 'epoch'");
    if (row === undefined) throw new Error('parley_meta has no epoch: the database was not migrated by Parley');
    this.lifeName = row.value;
  }

  async close(): Promise<void> {
    await this.database.pool.end();
  }

  epoch(): string {
    return this.lifeName;
  }

  shardOf(conversationId: ConversationId): number {
    return shardOf(conversationId, this.shardCount);
  }

  async commit(units: readonly (readonly Draft[])[]): Promise<CommitOutcome[][]> {
    const first = await this.tryCommit(units).catch((error: unknown) => {
      if (!isHeadRace(error)) throw error;
      return this.tryCommit(units);
    });
    const retried = units.map((_, index) => index).filter((index) => first[index]?.some((outcome) => outcome.outcome === 'unknown'));
    if (retried.length === 0) return first;
    const again = retried.flatMap((index) => units.slice(index, index + 1));
    await this.openHeads(again.flat().map((draft) => draft.conversationId));
    const second = await this.tryCommit(again);
    return first.map((outcomes, index) => second[retried.indexOf(index)] ?? outcomes);
  }

  async heads(ids: readonly ConversationId[]): Promise<Map<ConversationId, Head>> {
    const rows = await this.database.prepared<{ id: ConversationId; seq: number; rev: number }>(
      'log_heads',
      `SELECT c.id, COALESCE(h.seq, c.last_seq) AS seq, COALESCE(h.rev, c.last_rev) AS rev
       FROM conversations c LEFT JOIN log_heads h ON h.conversation_id = c.id WHERE c.id = ANY ($1::uuid[])`,
      [ids],
    );
    return new Map(rows.map((row) => [row.id, { seq: row.seq, rev: row.rev }]));
  }

  async pending(conversationId: ConversationId, range: PendingRange): Promise<LogEntry[]> {
    const direction = range.order === 'asc' ? 'ASC' : 'DESC';
    const rows = await this.database.prepared<EntryRow>(
      `log_pending_${range.order}`,
      `SELECT ${entryColumns} FROM log_entries
       WHERE conversation_id = $1 AND rev > $2 AND rev < $3 AND shard >= 0 ORDER BY rev ${direction} LIMIT $4`,
      [conversationId, range.afterRev ?? 0, range.beforeRev ?? seqMax, range.limit],
    );
    return rows.map(toEntry);
  }

  async pendingMessages(conversationId: ConversationId, range: PendingMessagesRange): Promise<LogEntry[]> {
    const direction = range.order === 'asc' ? 'ASC' : 'DESC';
    const rows = await this.database.prepared<EntryRow>(
      `log_pending_messages_${range.order}`,
      `SELECT ${entryColumns} FROM log_entries
       WHERE conversation_id = $1 AND seq > $2 AND seq < $3 ORDER BY rev ${direction} LIMIT $4`,
      [conversationId, range.afterSeq ?? 0, range.beforeSeq ?? seqMax, range.limit],
    );
    return rows.map(toEntry);
  }

  async pendingNewest(ids: readonly ConversationId[]): Promise<Map<ConversationId, LogEntry>> {
    const rows = await this.database.prepared<EntryRow>(
      'log_pending_newest',
      `SELECT e.* FROM unnest($1::uuid[]) AS c (id)
       CROSS JOIN LATERAL (
         SELECT ${entryColumns} FROM log_entries WHERE conversation_id = c.id AND seq IS NOT NULL ORDER BY rev DESC LIMIT 1
       ) e`,
      [ids],
    );
    return new Map(rows.map((row) => [row.conversation_id, toEntry(row)]));
  }

  async pendingSeqsBy(actorId: UserId, ids: readonly ConversationId[]): Promise<Map<ConversationId, number[]>> {
    const rows = await this.database.prepared<{ conversation_id: ConversationId; seqs: number[] }>(
      'log_pending_by',
      `SELECT conversation_id, array_agg(seq) AS seqs FROM log_entries
       WHERE conversation_id = ANY ($2::uuid[]) AND actor_id = $1 AND client_id IS NOT NULL AND seq IS NOT NULL GROUP BY conversation_id`,
      [actorId, ids],
    );
    return new Map(rows.map((row) => [row.conversation_id, row.seqs]));
  }

  async hasPendingChange(conversationId: ConversationId): Promise<boolean> {
    const [row] = await this.database.prepared<{ waits: boolean }>(
      'log_pending_change',
      `SELECT EXISTS (
         SELECT FROM log_entries e JOIN conversations c ON c.id = e.conversation_id
         WHERE e.conversation_id = $1 AND e.seq IS NULL AND e.rev > c.last_rev AND e.shard >= 0
       ) AS waits`,
      [conversationId],
    );
    return row?.waits ?? false;
  }

  async outbox(shard: number, limit: number): Promise<LogEntry[]> {
    const rows = await this.database.prepared<EntryRow>(
      'log_outbox',
      `SELECT ${entryColumns} FROM log_entries WHERE shard = $1 ORDER BY position LIMIT $2`,
      [shard, limit],
    );
    return rows.map(toEntry);
  }

  async settle(entries: readonly LogEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.database.prepared(
      'log_settle',
      `DELETE FROM log_entries e USING unnest($1::uuid[], $2::int[], $3::bool[]) AS s (conversation_id, rev, is_parked)
       WHERE e.conversation_id = s.conversation_id AND e.rev = s.rev AND (e.shard < 0) = s.is_parked`,
      [entries.map((entry) => entry.conversationId), entries.map((entry) => entry.rev), entries.map((entry) => entry.isParked)],
    );
  }

  async park(entry: LogEntry, reason: string): Promise<void> {
    await this.database.query('UPDATE log_entries SET shard = -1, parked_reason = $3 WHERE conversation_id = $1 AND rev = $2', [
      entry.conversationId,
      entry.rev,
      reason,
    ]);
  }

  async parked(conversationId: ConversationId, rev: number): Promise<LogEntry | undefined> {
    const rows = await this.database.query<EntryRow>(
      `SELECT ${entryColumns} FROM log_entries WHERE conversation_id = $1 AND rev = $2 AND shard = -1`,
      [conversationId, rev],
    );
    return rows.map(toEntry)[0];
  }

  async shardsWithWork(): Promise<number[]> {
    const rows = await this.database.query<{ shard: number }>('SELECT DISTINCT shard FROM log_entries WHERE shard >= 0');
    return rows.map((row) => row.shard);
  }

  async backlog(): Promise<Backlog> {
    const [row] = await this.database.query<{ entries: number; oldest: Date | null }>(
      'SELECT count(*) AS entries, min(at) AS oldest FROM log_entries WHERE shard >= 0',
    );
    return { entries: row?.entries ?? 0, oldestAt: row?.oldest ?? null };
  }

  private async tryCommit(units: readonly (readonly Draft[])[]): Promise<CommitOutcome[][]> {
    const parameters = commitParameters(units, (draft) => this.shardOf(draft.conversationId));
    const rows = await this.database.prepared<OutcomeRow>('log_commit', commitSql, parameters);
    const outcomes: CommitOutcome[] = [];
    for (const row of rows) outcomes[row.place - 1] = toOutcome(row);
    let taken = 0;
    return units.map((unit) => outcomes.slice(taken, (taken += unit.length)));
  }

  private async openHeads(ids: readonly ConversationId[]): Promise<void> {
    await this.database.query(
      `INSERT INTO log_heads (conversation_id, seq, rev)
       SELECT id, last_seq, last_rev FROM conversations WHERE id = ANY ($1::uuid[]) AND deleted_at IS NULL
       ON CONFLICT DO NOTHING`,
      [ids],
    );
  }
}

/**
 * Another instance opened a head between this call's lock of the heads and its look at them, so that both gave the same
 * numbers. The primary key has undone this call as a whole; the next one finds the head and waits for its lock.
 */
function isHeadRace(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error) || !('constraint' in error)) return false;
  return error.code === '23505' && (error.constraint === 'pk_log_entries' || error.constraint === 'uq_log_entries_client_id');
}

function toOutcome(row: OutcomeRow): CommitOutcome {
  if (row.outcome === 'committed' || row.outcome === 'replayed') return { outcome: row.outcome, seq: row.seq, rev: row.rev ?? 0 };
  if (row.outcome === 'conflict') return { outcome: 'conflict', seq: row.seq };
  return { outcome: row.outcome };
}
