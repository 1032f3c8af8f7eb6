import type { ConversationId } from '#contracts/primitives.js';
import { Database } from '../../../database/database.js';
import { plainArray } from '../../../database/plain-array.js';
import { createPool, plannedOnce } from '../../../database/pool.js';
import type { ClientKey, Draft, Head, KnownMessage, LogEntry } from '../draft.js';
import { EpochTable } from '../infra/epoch-table.js';
import { storedMessagesSql } from '../stored-messages.sql.js';
import { readGroup, writeGroup } from './group-codec.js';
import { clientKey } from './log-state.js';

const commitTimeoutMs = 2500;
const recoveryTimeoutMs = 120_000;

/** Everything that the log's tables hold when a process opens the log. */
export interface LogContents {
  readonly position: number;
  readonly groups: ReadonlyArray<{ readonly position: number; readonly entries: readonly LogEntry[] }>;
  readonly parked: readonly LogEntry[];
  readonly heads: ReadonlyMap<ConversationId, Head>;
}

/** What shows whether this database is older than the data folder beside it. */
export interface Trace {
  readonly position: number;
  /** Undefined before the first start. */
  readonly mark: string | undefined;
}

/** The table's position is not the one that this process expects: the table has to be read again. */
class PositionLostError extends Error {}

interface KnownMessageRow {
  place: number | null;
  seq: number | null;
  rev: number | null;
  body_hash: Buffer | null;
}

interface AppendRow extends KnownMessageRow {
  appended: boolean;
}

/**
 * Appends a group, unless storage knows one of its client ids.
 *
 * Arguments  $1, $2, $3 conversation, sender and client id of each draft to look up; $4 the group's position; $5 its entries as JSON
 * Effects    if storage knows none of the client ids: moves the position from $4 - 1 to $4 and inserts the group
 * Returns    one row per known client id, then one row that says whether the group was \`appended\`. If no client id is known and
 *            \`appended\` is false, the position was not $4 - 1: another process has written.
 */
const appendSql = `
  WITH known AS MATERIALIZED (${storedMessagesSql}), moved AS (
    UPDATE log_position SET position = $4::bigint WHERE position = $4::bigint - 1 AND NOT EXISTS (SELECT FROM known) RETURNING position
  ), appended AS (
    INSERT INTO log_groups (position, entries) SELECT position, $5 FROM moved RETURNING position
  )
  SELECT false AS appended, place, seq, rev, body_hash FROM known
  UNION ALL SELECT EXISTS (SELECT FROM appended), NULL, NULL, NULL, NULL`;

/** The log's tables: one row per group commit, parked entries, and the position that fences off any other writer. */
export class LogTable {
  readonly epochs: EpochTable;

  /** `recovery` has a longer timeout than `database`, because it reads all pending entries. */
  constructor(
    private readonly database: Database,
    private readonly recovery: Database,
  ) {
    this.epochs = new EpochTable(database);
  }

  /** The position, and the mark that the last process left here and in its data folder. */
  async readTrace(): Promise<Trace> {
    const [row] = await this.database.query<{ position: number; mark: string | null }>(
      "SELECT position, (SELECT value FROM parley_meta WHERE key = 'log.mark') AS mark FROM log_position",
    );
    return { position: row?.position ?? 0, mark: row?.mark ?? undefined };
  }

  async writeMark(mark: string): Promise<void> {
    await this.database.query(
      "INSERT INTO parley_meta (key, value) VALUES ('log.mark', $1) ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
      [mark],
    );
  }

  /** Appends a group; or returns the messages that storage has under the client ids of `drafts` and appends nothing. Throws `PositionLostError`. */
  async append(position: number, entries: readonly LogEntry[], drafts: readonly Draft[]): Promise<Map<string, KnownMessage>> {
    const keys = keysOf(drafts);
    const rows = await this.database.prepared<AppendRow>('log_append', appendSql, [...toColumns(keys), position, writeGroup(entries)]);
    const known = new Map(rows.flatMap((row) => knownMessage(row, keys)));
    if (known.size === 0 && !rows.some((row) => row.appended)) throw new PositionLostError('the log was written by another process');
    return known;
  }

  /** The stored messages with the client ids of the drafts, by client key. */
  async findMessages(drafts: ReadonlyArray<Pick<Draft, keyof ClientKey>>): Promise<Map<string, KnownMessage>> {
    const keys = keysOf(drafts);
    const rows = await this.database.prepared<KnownMessageRow>('log_known', storedMessagesSql, toColumns(keys));
    return new Map(rows.flatMap((row) => knownMessage(row, keys)));
  }

  /** The heads in storage. Deleted conversations have none, unless they are in `evenDeleted` too. */
  async readHeads(ids: readonly ConversationId[], evenDeleted: readonly ConversationId[] = []): Promise<Map<ConversationId, Head>> {
    const rows = await this.database.prepared<{ id: ConversationId; last_seq: number; last_rev: number }>(
      'log_stored_heads',
      'SELECT id, last_seq, last_rev FROM conversations WHERE id = ANY ($1::uuid[]) AND (deleted_at IS NULL OR id = ANY ($2::uuid[]))',
      [ids, evenDeleted],
    );
    return new Map(rows.map((row) => [row.id, { seq: row.last_seq, rev: row.last_rev }]));
  }

  /** Whether the table has groups: of a running process, or of one that ended before it had persisted everything. */
  async hasGroups(): Promise<boolean> {
    const [row] = await this.database.query<{ kept: boolean }>('SELECT EXISTS (SELECT FROM log_groups) AS kept');
    return row?.kept === true;
  }

  async deleteGroups(positions: readonly number[]): Promise<void> {
    if (positions.length === 0) return;
    await this.database.prepared('log_forget', 'DELETE FROM log_groups WHERE position = ANY ($1::bigint[])', [positions]);
  }

  async parkEntry(entry: LogEntry, reason: string): Promise<void> {
    await this.database.query(
      `INSERT INTO log_parked (conversation_id, rev, entry, reason, parked_at) VALUES ($1, $2, $3, $4, now()) ON CONFLICT DO NOTHING`,
      [entry.conversationId, entry.rev, writeGroup([entry]), reason],
    );
  }

  async unparkEntries(entries: readonly LogEntry[]): Promise<void> {
    await this.database.query(
      `DELETE FROM log_parked p USING unnest($1::uuid[], $2::int[]) AS s (conversation_id, rev)
       WHERE p.conversation_id = s.conversation_id AND p.rev = s.rev`,
      [entries.map((entry) => entry.conversationId), entries.map((entry) => entry.rev)],
    );
  }

  /**
   * Reads everything that is pending, with the position's row locked. A commit of a former process that is still in flight is
   * either read here, or finds that the position has moved and appends nothing.
   */
  async readAll(): Promise<LogContents> {
    return this.recovery.transaction(async (tx) => {
      const [row] = await tx.query<{ position: number }>('UPDATE log_position SET position = position + 1 RETURNING position');
      const groups = await tx.query<{ position: number; entries: string }>('SELECT position, entries FROM log_groups ORDER BY position');
      const parked = await tx.query<{ entry: string }>('SELECT entry FROM log_parked ORDER BY conversation_id, rev');
      const read = groups.map((group) => ({ position: group.position, entries: readGroup(group.entries) }));
      const parkedEntries = parked.flatMap(({ entry }) => readGroup(entry));
      const ids = [...new Set([...read.flatMap((group) => group.entries), ...parkedEntries].map((entry) => entry.conversationId))];
      const marks = await tx.query<{ id: ConversationId; last_seq: number; last_rev: number }>(
        'SELECT id, last_seq, last_rev FROM conversations WHERE id = ANY ($1::uuid[])',
        [ids],
      );
      return {
        position: row?.position ?? 1,
        groups: read,
        parked: parkedEntries,
        heads: new Map(marks.map((mark) => [mark.id, { seq: mark.last_seq, rev: mark.last_rev }])),
      };
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.database.pool.end(), this.recovery.pool.end()]);
  }
}

/** Opens the log's own connections: a commit must not wait for a connection behind the changes that wait for the commit. */
export function openLogTable(connectionString: string): LogTable {
  const commits = createPool({
    connectionString,
    max: 3,
    name: 'parley-log',
    statementTimeoutMs: commitTimeoutMs,
    serverOptions: plannedOnce,
  });
  const recovery = createPool({ connectionString, max: 1, name: 'parley-log-recovery', statementTimeoutMs: recoveryTimeoutMs });
  return new LogTable(new Database(commits), new Database(recovery));
}

function keysOf(drafts: ReadonlyArray<Pick<Draft, keyof ClientKey>>): ClientKey[] {
  return drafts.flatMap(({ conversationId, actorId, clientId }) => (clientId === null ? [] : [{ conversationId, actorId, clientId }]));
}

function toColumns(keys: readonly ClientKey[]): [conversationIds: string, senderIds: string, clientIds: string] {
  return [
    plainArray(keys.map((key) => key.conversationId)),
    plainArray(keys.map((key) => key.actorId)),
    plainArray(keys.map((key) => key.clientId)),
  ];
}

function knownMessage(row: KnownMessageRow, keys: readonly ClientKey[]): Array<[string, KnownMessage]> {
  const key = row.place === null ? undefined : keys[row.place - 1];
  if (key === undefined) return [];
  return [[clientKey(key.conversationId, key.actorId, key.clientId), { seq: row.seq, rev: row.rev ?? 0, bodyHash: row.body_hash }]];
}
