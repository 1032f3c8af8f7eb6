import type { ConversationId } from '#contracts/primitives.js';
import type { Database, Transaction } from '../../../database/database.js';
import { plainArray } from '../../../database/plain-array.js';
import type { ClientKey, Head } from '../draft.js';
import { EpochTable } from '../infra/epoch-table.js';
import { storedMessagesSql } from '../stored-messages.sql.js';
import { formatPlace } from './client-id-memory.js';

const positionPrefix = 'redis-log.';
/** Key of the advisory lock under which one node at a time decides about the epoch; no other lock in Parley has this number. */
const epochLock = 5_470_318_246;

/** What the log keeps or looks up in Postgres: heads and client ids that have left Redis, the epoch, and the shards' positions. */
export class LogStorage {
  readonly epochs: EpochTable;

  constructor(private readonly database: Database) {
    this.epochs = new EpochTable(database);
  }

  /** Persisted heads. Those of deleted conversations only if they are in `evenDeleted` too. */
  async heads(ids: readonly ConversationId[], evenDeleted: readonly ConversationId[]): Promise<Map<ConversationId, Head>> {
    const rows = await this.database.prepared<{ id: ConversationId; seq: number; rev: number }>(
      'redis_log_heads',
      'SELECT id, last_seq AS seq, last_rev AS rev FROM conversations WHERE id = ANY ($1::uuid[]) AND (deleted_at IS NULL OR id = ANY ($2::uuid[]))',
      [ids, evenDeleted],
    );
    return new Map(rows.map(({ id, seq, rev }) => [id, { seq, rev }]));
  }

  /** Places of the stored messages with these client ids, in the format of the commit script, by `keyText`. */
  async places(keys: readonly ClientKey[]): Promise<Map<string, string>> {
    if (keys.length === 0) return new Map();
    const rows = await this.database.prepared<PlaceRow>('redis_log_places', storedMessagesSql, [
      plainArray(keys.map((key) => key.conversationId)),
      plainArray(keys.map((key) => key.actorId)),
      plainArray(keys.map((key) => key.clientId)),
    ]);
    return new Map(
      rows.flatMap(({ place, seq, rev, body_hash }) => {
        const key = keys[place - 1];
        return key === undefined ? [] : [[keyText(key), formatPlace(seq, rev, body_hash)] as const];
      }),
    );
  }

  /** The newest persisted `rev` of each conversation. */
  async lastRevs(ids: readonly ConversationId[]): Promise<Map<ConversationId, number>> {
    const heads = await this.heads(ids, ids);
    return new Map([...heads].map(([id, { rev }]) => [id, rev]));
  }

  /** Returns the epoch and locks it until the transaction ends: a new epoch waits for what is being persisted in the old one. */
  async holdEpoch(tx: Transaction): Promise<string> {
    const [row] = await tx.prepared<{ value: string }>('hold_epoch', "SELECT value FROM parley_meta WHERE key = 'epoch' FOR SHARE", []);
    return row?.value ?? '';
  }

  /** The highest stored position of each shard. A shard that was never opened has none. Falls only if an older copy of Postgres is restored. */
  async readPositions(): Promise<Map<number, number>> {
    const rows = await this.database.query<{ key: string; value: string }>('SELECT key, value FROM parley_meta WHERE key LIKE $1', [
      `${positionPrefix}%`,
    ]);
    return new Map(rows.map(({ key, value }) => [Number(key.slice(positionPrefix.length)), Number(value)]));
  }

  /** Stores positions. A stored position never falls. */
  async raisePositions(positions: ReadonlyMap<number, number>): Promise<void> {
    await this.database.query(
      `INSERT INTO parley_meta AS m (key, value) SELECT * FROM unnest($1::text[], $2::text[]) ORDER BY 1
       ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value WHERE m.value::bigint < EXCLUDED.value::bigint`,
      [[...positions.keys()].map((shard) => `${positionPrefix}${shard}`), [...positions.values()].map(String)],
    );
  }

  /** Runs `work` while no other node runs this method. */
  runAlone<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [epochLock]);
      return work();
    });
  }

  async close(): Promise<void> {
    await this.database.pool.end();
  }
}

interface PlaceRow {
  place: number;
  seq: number;
  rev: number;
  body_hash: Buffer;
}

/** The key of a client id in maps of places. */
export function keyText({ conversationId, actorId, clientId }: ClientKey): string {
  return `${conversationId} ${actorId} ${clientId}`;
}
