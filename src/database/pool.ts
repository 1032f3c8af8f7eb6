import { setPriority } from 'node:os';
import pg from 'pg';

export interface PoolOptions {
  readonly connectionString: string;
  /** Connections at the most. */
  readonly max: number;
  /** Shown in `pg_stat_activity`. */
  readonly name: string;
  /** Milliseconds a statement may take. */
  readonly statementTimeoutMs?: number;
  /** Server settings of each connection: `-c name=value`. */
  readonly serverOptions?: string;
  /** Nobody waits for what is done on it: its backends give way to whatever else runs. Only where they run on this machine. */
  readonly givesWay?: boolean;
}

/**
 * Server settings for connections that run a few prepared statements all day. Planned once: planning costs more than running them.
 * Planned while the tables are small, they would scan them, and keep that plan while the tables grow.
 */
export const plannedOnce = '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off';

/** A tenth of the processor where others want it, all of it where they do not. */
const givingWay = 10;

const connectTimeoutMs = 2000;
/** Longer than the server's own limit: it is for a server that does not answer at all. */
const answerExtraMs = 300;
const bigintOid = 20;

/** A pool whose every wait has an end. A lost connection fails the work that is on it, and the next query opens another. */
export function createPool(options: PoolOptions): pg.Pool {
  const statementTimeoutMs = options.statementTimeoutMs ?? 10_000;
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    max: options.max,
    application_name: options.name,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + answerExtraMs,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
    options: options.serverOptions,
    types: { getTypeParser: (oid, format) => (oid === bigintOid ? Number : pg.types.getTypeParser(oid, format)) },
  });
  pool.on('error', () => undefined);
  // A pool listens only to connections that lie idle: Postgres ending one in a transaction would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  if (options.givesWay === true) pool.on('connect', giveWay);
  return pool;
}

/** The backend of a connection is a process with the number that Postgres says. A system that does not allow it leaves it as it is. */
function giveWay(client: pg.PoolClient): void {
  const pid: unknown = Reflect.get(client, 'processID');
  try {
    if (typeof pid === 'number') setPriority(pid, givingWay);
  } catch {
    return;
  }
}
