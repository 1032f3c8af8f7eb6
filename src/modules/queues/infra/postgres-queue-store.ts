import { type BackendFactory, createPostgresBackend, type IQueueBackend, runMigrations } from 'bullmq';
import pg from 'pg';
import { poolConfig } from '../../../database/pool.js';
import { retryDeadlocks } from '../../../database/retry-deadlocks.js';
import { queueNames } from '../job-types.js';
import { queueSettings } from '../queue-settings.js';
import { QueueStore } from './queue-store.js';

const closeTimeoutMs = 1_000;
/** Connections for adding, counting and the dashboard. */
const sharedConnections = 4;

/** Jobs in Postgres, schema `bullmq`. */
export class PostgresQueueStore extends QueueStore {
  private constructor(
    private readonly pool: pg.Pool,
    workerCloseTimeoutMs: number,
  ) {
    super(workerCloseTimeoutMs);
    // A lost connection must not end the process: BullMQ and the pool open another.
    pool.on('error', this.reportOutage);
    pool.on('connect', (client) => client.on('error', this.reportOutage));
  }

  /** Connects and brings the schema `bullmq` up to date. Rejects when the database does not answer. */
  static async open(databaseUrl: string, workerCloseTimeoutMs: number): Promise<PostgresQueueStore> {
    const pool = createQueuePool(databaseUrl);
    try {
      await migrate(pool);
    } catch (error) {
      await pool.end();
      throw error;
    }
    return new PostgresQueueStore(pool, workerCloseTimeoutMs);
  }

  createBackend(...[name, options, use]: Parameters<BackendFactory<IQueueBackend, QueueStore>>): IQueueBackend {
    return createPostgresBackend(name, { ...options, connection: this.pool }, use);
  }

  async ping(): Promise<void> {
    await this.pool.query('SELECT 1');
  }

  protected async disconnect(): Promise<void> {
    // A worker whose job did not end keeps its connections. The process is about to end, and they end with it.
    await Promise.race([this.pool.end(), new Promise((resolve) => setTimeout(resolve, closeTimeoutMs).unref())]);
  }
}

async function migrate(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  try {
    await runMigrations(client);
  } finally {
    client.release();
  }
}

/** The pool of the queues. A statement that Postgres chose as the victim of a deadlock runs again. */
export function createQueuePool(databaseUrl: string): pg.Pool {
  // Each worker keeps one connection for LISTEN, and its jobs finish on others.
  const max = queueNames.reduce((sum, name) => sum + 1 + queueSettings[name].concurrency, sharedConnections);
  const config = poolConfig({ connectionString: databaseUrl, max, name: 'parley-queues', serverOptions: '-c search_path=bullmq' });
  // BullMQ reads `bigint` as text, as pg does without our parser. Keep-alive lets it notice a lost LISTEN connection, else it polls.
  const pool = new pg.Pool({ ...config, types: undefined });
  const query = pool.query.bind(pool);
  // BullMQ sends each command as one statement, so nothing of a victim remains. Two jobs that end at the same time delete the same old
  // jobs in different orders.
  return Object.assign(pool, {
    query: (text: string, values?: unknown[]) => retryDeadlocks(() => query(text, values)),
  });
}
