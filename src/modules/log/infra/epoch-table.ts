import type { Queryable } from '../../../database/database.js';
import { errorCode } from '#platform/errors/error-facts.js';

/** What Postgres knows about the epoch. */
export interface StoredEpoch {
  readonly epoch: string;
  /** The epoch before. Undefined while the first one lasts. */
  readonly former: string | undefined;
  /** Identifies the database in which the epoch was written. Undefined before the first start. */
  readonly home: string | undefined;
  /** Identifies the database from which this was read. */
  readonly here: string;
}

/**
 * A restored dump makes another database or another table, so it has other oids than those that it contains. Replaying the write-ahead
 * log up to a point in the past begins another timeline.
 */
const homeSql = `(SELECT oid FROM pg_database WHERE datname = current_database()) || '.' || 'parley_meta'::regclass::oid`;
const timelineSql = `left(pg_walfile_name(pg_current_wal_lsn()), 8)`;
/** What services that only speak like Postgres answer to a question about the write-ahead log: refused, unknown or unsupported. */
const noTimelineCodes = ['42501', '42883', '0A000'];

/** The log's epoch in `parley_meta`, with what tells whether this database is a restored one. */
export class EpochTable {
  constructor(private readonly database: Queryable) {}

  async readEpoch(): Promise<StoredEpoch> {
    const rows = await this.database.query<{ key: string; value: string }>(
      "SELECT key, value FROM parley_meta WHERE key IN ('epoch', 'epoch.former', 'epoch.home')",
    );
    const values = new Map(rows.map(({ key, value }) => [key, value]));
    const epoch = values.get('epoch');
    if (epoch === undefined) throw new Error('parley_meta has no epoch: the database was not migrated by Parley');
    return { epoch, former: values.get('epoch.former'), home: values.get('epoch.home'), here: await this.identifyDatabase() };
  }

  /** Begins a new epoch, once all transactions that hold the former one have ended. All nodes read it once this has resolved. */
  async changeEpoch(epoch: string): Promise<void> {
    await this.database.query(
      `INSERT INTO parley_meta (key, value)
       VALUES ('epoch', $1), ('epoch.former', (SELECT value FROM parley_meta WHERE key = 'epoch')), ('epoch.home', $2)
       ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value`,
      [epoch, await this.identifyDatabase()],
    );
  }

  /** Records that the epoch belongs to this database, at its first start. */
  async recordHome(here: string): Promise<void> {
    await this.database.query("INSERT INTO parley_meta (key, value) VALUES ('epoch.home', $1) ON CONFLICT DO NOTHING", [here]);
  }

  private async identifyDatabase(): Promise<string> {
    const read = async (sql: string): Promise<string> => {
      const [row] = await this.database.query<{ here: string }>(`SELECT ${sql} AS here`);
      return row?.here ?? '';
    };
    try {
      return await read(`${homeSql} || '.' || ${timelineSql}`);
    } catch (error) {
      if (!noTimelineCodes.includes(errorCode(error) ?? '')) throw error;
      return read(homeSql);
    }
  }
}
