import { Logger } from '@nestjs/common';
import { createPostgresBackend, type PostgresConnectionOptions, type PostgresQueueBackend, Queue, runMigrations, Worker } from 'bullmq';
import pg from 'pg';
import { type Jobs, queueNames, type QueueName } from '../job-types.js';
import { queueSettings } from '../queue-settings.js';
import { backoffFor, jobOptionsOf, workerOptionsOf } from './bullmq-options.js';
import { OutageLog } from '#platform/logging/outage-log.js';
import { type JobProcessor, type JobQueue, type JobWorker, QueueStore } from './queue-store.js';

const connectTimeoutMs = 3_000;
const statementTimeoutMs = 10_000;
const closeTimeoutMs = 1_000;
/** Events are BullMQ's own log, which Parley does not read. */
const eventsMax = 1_000;
/** Connections for adding, counting and the dashboard. */
const sharedConnections = 4;

type PostgresQueue<N extends QueueName> = Queue<
  Jobs[N],
  void,
  string,
  Jobs[N],
  void,
  string,
  PostgresQueueBackend,
  PostgresConnectionOptions
>;
type PostgresWorker<N extends QueueName> = Worker<Jobs[N], void, string, PostgresQueueBackend, number, PostgresConnectionOptions>;

/** Jobs in Postgres, schema `bullmq`. */
export class PostgresQueueStore extends QueueStore {
  private readonly outage = new OutageLog(new Logger('Queues'), 'the store of the queues has trouble; work goes on when it is back');

  private constructor(
    private readonly pool: pg.Pool,
    private readonly queues: { readonly [N in QueueName]: PostgresQueue<N> },
  ) {
    super();
  }

  /** Connects and brings the schema `bullmq` up to date. Rejects when the database does not answer. */
  static async open(databaseUrl: string): Promise<PostgresQueueStore> {
    const pool = createQueuePool(databaseUrl);
    try {
      await migrate(pool);
    } catch (err) {
      await pool.end();
      throw err;
    }
    const store = new PostgresQueueStore(pool, {
      persistence: openQueue('persistence', pool),
      receipts: openQueue('receipts', pool),
      'dead-letters': openQueue('dead-letters', pool),
      maintenance: openQueue('maintenance', pool),
    });
    store.listen();
    return store;
  }

  queue<N extends QueueName>(name: N): JobQueue<N> {
    return this.queues[name];
  }

  openWorker<N extends QueueName>(name: N, process: JobProcessor<N>): JobWorker {
    const worker: PostgresWorker<N> = new Worker(
      name,
      process,
      { ...workerOptionsOf(name), connection: this.pool, settings: { backoffStrategy: backoffFor(queueSettings[name]) } },
      createPostgresBackend,
    );
    worker.on('error', (err) => this.outage.report(err));
    return worker;
  }

  async ping(): Promise<void> {
    await this.pool.query('SELECT 1');
  }

  async close(): Promise<void> {
    this.outage.mute();
    await Promise.allSettled(queueNames.map((name) => this.queues[name].close()));
    // A worker whose job did not end keeps its connections; the process is about to end, and they with it.
    await Promise.race([this.pool.end(), new Promise((resolve) => setTimeout(resolve, closeTimeoutMs).unref())]);
  }

  /** A lost connection must not end the process: BullMQ and the pool open another. */
  private listen(): void {
    this.pool.on('error', (err) => this.outage.report(err));
    this.pool.on('connect', (client) => client.on('error', (err) => this.outage.report(err)));
    for (const name of queueNames) this.queues[name].on('error', (err: Error) => this.outage.report(err));
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
    // Without it BullMQ looks for work every 10 s, because it could not notice a lost LISTEN connection.
    keepAlive: true,
  });
}

function openQueue<N extends QueueName>(name: N, pool: pg.Pool): PostgresQueue<N> {
  return new Queue<
    Jobs[N],
    void,
    string,
    Jobs[N],
    void,
    string,
    ReturnType<typeof createPostgresBackend>,
    Parameters<typeof createPostgresBackend>[1]['connection']
  >(name, { connection: pool, defaultJobOptions: jobOptionsOf(name), streams: { events: { maxLen: eventsMax } } }, createPostgresBackend);
}
