import { setPriority } from 'node:os';
import pg from 'pg';

export interface PoolOptions {
  readonly connectionString: string;
  /** Connections at most. */
  readonly max: number;
  /** Shown in `pg_stat_activity`. */
  readonly name: string;
  /** Milliseconds that a statement may take; 10 s if not given. */
  readonly statementTimeoutMs?: number;
  /** Server settings of each connection: `-c name=value`. */
  readonly serverOptions?: string;
  /** Runs the pool's backends at a low priority, for work that no user waits for. Only where Postgres runs on this machine. */
  readonly isLowPriority?: boolean;
}

/**
 * Server settings for connections that run a few prepared statements all day. Each statement is planned once, because planning
 * costs more than running it. Scans are off because a plan made while the tables are small would scan them, and keep doing so
 * as they grow.
 */
export const plannedOnce = '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off';

/** About a tenth of the processor while other processes want it, all of it while they do not. */
const lowPriority = 10;

const connectTimeoutMs = 2000;
/** The client waits this much longer than the server's own limit, which leaves it for a server that does not answer at all. */
const answerExtraMs = 300;
const idleInTransactionTimeoutMs = 30_000;
const bigintOid = 20;

/** The configuration of every connection to Postgres: each wait is bounded, and `bigint` comes as a number. */
export function poolConfig(options: PoolOptions): pg.PoolConfig {
  const statementTimeoutMs = options.statementTimeoutMs ?? 10_000;
  return {
    connectionString: options.connectionString,
    max: options.max,
    application_name: options.name,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + answerExtraMs,
    idle_in_transaction_session_timeout: idleInTransactionTimeoutMs,
    keepAlive: true,
    options: options.serverOptions,
    types: { getTypeParser: (oid, format) => (oid === bigintOid ? Number : pg.types.getTypeParser(oid, format)) },
  };
}

/**
 * A pool in which a broken connection fails only the work that is on it; the next query opens another one. pg's own pool listens
 * to idle connections alone, so Postgres would end the process by closing a connection that is in a transaction. And it would hand
 * out a connection again whose last statement has timed out without an answer, which TypeORM does not prevent.
 */
export class SafePool extends pg.Pool {
  constructor(config: pg.PoolConfig) {
    super(config);
    this.on('error', () => undefined);
    this.on('connect', (client) => client.on('error', () => undefined));
    this.on('release', (_error, client) => closeIfUnanswered(client));
  }
}

function closeIfUnanswered(client: pg.PoolClient): void {
  const statement: unknown = Reflect.get(client, '_activeQuery');
  if (client instanceof pg.Client && typeof statement === 'object' && statement !== null) void client.end();
}

/** A pool of its own, for work that must not wait for the connections that all modules share. */
export function createPool(options: PoolOptions): pg.Pool {
  const pool = new SafePool(poolConfig(options));
  if (options.isLowPriority === true) pool.on('connect', lowerPriority);
  return pool;
}

/** The backend of a connection is a process, and Postgres sends its id. A system that forbids the change leaves the priority as it is. */
function lowerPriority(client: pg.PoolClient): void {
  const pid: unknown = Reflect.get(client, 'processID');
  try {
    if (typeof pid === 'number') setPriority(pid, lowPriority);
  } catch {
    return;
  }
}
