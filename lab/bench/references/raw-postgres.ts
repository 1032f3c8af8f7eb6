import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { runMigrations } from '../../../src/database/migrate.js';
import type { BenchOptions, Contender } from '../scenario.js';
import { makeFolder, removeFolder } from '../servers/parley-server.js';
import { text200 } from '../generator/send-frame.js';
import { clusterMissing, Stores } from '../servers/stores.js';
import { copyRows } from './copy-rows.js';

const batchRows = 1000;
const columns = 'conversation_id, seq, rev, id, client_id, sender_id, body_hash, text, created_at';
const types = ['uuid', 'int', 'int', 'uuid', 'uuid', 'uuid', 'bytea', 'text', 'timestamptz'];

/** A row of `messages`; the other columns have defaults. */
type Row = readonly (string | number)[];

/** The size of a backlog: its rows come conversation by conversation. */
export interface Batches {
  readonly conversations: number;
  readonly perConversation: number;
}

/**
 * Raw Postgres: inserts the same rows into Parley's table `messages` with all its indexes, a thousand per transaction on one
 * connection. It takes no locks, counts no unread messages and has no log to settle.
 */
export function rawPostgres(kind: 'unnest' | 'COPY', sizeOf: (options: BenchOptions) => Batches): Contender {
  return {
    name: `raw ${kind}`,
    missing: clusterMissing,
    async open(options, defer) {
      const folder = await makeFolder();
      defer(() => removeFolder(folder));
      const stores = await Stores.start(folder);
      defer(() => stores.stop());
      await runMigrations(stores.databaseUrl);
      const client = new pg.Client({ connectionString: stores.databaseUrl });
      await client.connect();
      defer(() => client.end());
      const insert = kind === 'COPY' ? insertByCopy : insertByUnnest;
      return async () => {
        const size = sizeOf(options);
        let [rows, busyMs] = [0, 0];
        for (const batch of batchesOf(size)) {
          const startedAt = performance.now();
          await insert(client, batch);
          busyMs += performance.now() - startedAt;
          rows += batch.length;
        }
        await client.query('TRUNCATE messages');
        return { rows, rowsPerSecond: (1000 * rows) / busyMs };
      };
    },
  };
}

function* batchesOf({ conversations, perConversation }: Batches): Generator<Row[]> {
  let batch: Row[] = [];
  const at = new Date().toISOString();
  const hash = `\\x${'00'.repeat(32)}`;
  for (let number = 0; number < conversations; number += 1) {
    const [conversationId, senderId] = [randomUUID(), randomUUID()];
    for (let seq = 1; seq <= perConversation; seq += 1) {
      batch.push([conversationId, seq, seq + 1, randomUUID(), randomUUID(), senderId, hash, text200, at]);
      if (batch.length < batchRows) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

async function insertByUnnest(client: pg.Client, batch: readonly Row[]): Promise<void> {
  const arrays = types.map((type, index) => `$${index + 1}::${type}[]`).join(', ');
  const values = types.map((_, column) => batch.map((row) => row[column]));
  await client.query({ name: 'insert', text: `INSERT INTO messages (${columns}) SELECT * FROM unnest(${arrays})`, values });
}

function insertByCopy(client: pg.Client, batch: readonly Row[]): Promise<void> {
  // COPY's text format escapes a backslash with a second one.
  const line = (row: Row): string => `${row.map((value) => String(value).replaceAll('\\', '\\\\')).join('\t')}\n`;
  return copyRows(client, `COPY messages (${columns}) FROM STDIN`, Buffer.from(batch.map(line).join('')));
}
