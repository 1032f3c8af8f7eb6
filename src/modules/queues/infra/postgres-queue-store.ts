import { type BackendFactory, createPostgresBackend, type IQueueBackend, runMigrations } from 'bullmq';
import pg from 'pg';
import { queueNames } from '../job-types.js';
import { queueSettings } from '../queue-settings.js';
import { QueueStore } from './queue-store.js';

const connectTimeoutMs = 3_000;
const statementTimeoutMs = 10_000;
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

function createQueuePool(databaseUrl: string): pg.Pool {
  // Each worker keeps one connection for LISTEN, and its jobs finish on others.
  const max = queueNames.reduce((sum, name) => sum + 1 + queueSettings[name].concurrency, sharedConnections);
  return new pg.Pool({
    connectionString: databaseUrl,
    max,
    application_name: 'parley-queues',
    options: '-c search_path=bullmq',
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + 1_000,
    idle_in_transaction_session_timeout: 30_000,
    // Without it BullMQ polls every 10 s, because it could not notice a lost LISTEN connection.
    keepAlive: true,
  });
}
