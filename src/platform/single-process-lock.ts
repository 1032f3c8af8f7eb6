import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { errorMessage } from './errors/error-facts.js';
import { StartError } from './start-error.js';

/** The number of the advisory lock, "parley" in bytes: one lock per database. `pg_locks` shows its two halves separately. */
const lockNumber = BigInt('0x7061726c6579').toString();
const [lockHigh, lockLow] = [0x7061, 0x726c6579];
/** Postgres needs a moment to notice that a killed process is gone. */
const patienceMs = 2000;
const heartbeatMs = 3000;
const retryMs = 300;
/** After a loss, more refusals in a row than this mean that another process holds the lock. */
const refusalsMax = 5;

/** Lets the server detect a vanished peer within 20 s instead of two hours. */
const detectDeadPeer = 'SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3';
/** Ends this process's former session if it still holds the lock, and returns a row in that case. */
const endOwnSession = `
  SELECT pg_terminate_backend(pid) FROM pg_locks
  WHERE locktype = 'advisory' AND granted AND pid = $1 AND classid = $2::bigint::oid AND objid = $3::bigint::oid
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

export interface LockEvents {
  /** The connection is lost, and the lock with it. Called before each attempt to acquire it again; may restart Postgres first. */
  readonly onLost: (reason: string) => void | Promise<void>;
  /** The lock is held again. */
  readonly onRegained: () => void;
  /** Another process holds the lock now: this process must stop. */
  readonly onTaken: () => void;
}

/**
 * Allows one process per database while there is no Redis to share state: a Postgres advisory lock on a connection of its own. The
 * server releases it when the process dies, however it dies.
 */
export class SingleProcessLock {
  private client: pg.Client | undefined;
  /** The Postgres pid of the session that holds the lock, or held it last. */
  private sessionPid: number | undefined;
  private heartbeat: NodeJS.Timeout | undefined;
  private isReleased = false;

  private constructor(
    private readonly url: string,
    private readonly events: LockEvents,
  ) {}

  /** Throws a `StartError` when another process holds the lock, or the database cannot be reached. */
  static async acquire(url: string, events: LockEvents): Promise<SingleProcessLock> {
    const lock = new SingleProcessLock(url, events);
    const deadline = performance.now() + patienceMs;
    while (!(await lock.tryAcquire().catch(unreachable))) {
      if (performance.now() > deadline) throw new StartError(inUse);
      await sleep(retryMs);
    }
    return lock;
  }

  async release(): Promise<void> {
    this.isReleased = true;
    clearInterval(this.heartbeat);
    await this.client?.end().catch(() => undefined);
    this.client = undefined;
  }

  private async tryAcquire(): Promise<boolean> {
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'parley-lock',
      keepAlive: true,
      connectionTimeoutMillis: 3000,
      query_timeout: 3000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query(detectDeadPeer);
      const { rows } = await client.query<{ held: boolean; pid: number }>(
        'SELECT pg_try_advisory_lock($1::bigint) AS held, pg_backend_pid() AS pid',
        [lockNumber],
      );
      if (rows[0]?.held === true && !this.isReleased) {
        this.sessionPid = rows[0].pid;
        this.watchConnection(client);
        return true;
      }
      if (this.sessionPid !== undefined) {
        const former = await client.query(endOwnSession, [this.sessionPid, lockHigh, lockLow]);
        if (former.rows.length > 0) throw new Error('the former session of this process still holds the lock');
      }
    } catch (error) {
      void client.end().catch(() => undefined);
      throw error;
    }
    await client.end().catch(() => undefined);
    return false;
  }

  /** The socket reports most losses; the heartbeat detects a peer that fell silent. */
  private watchConnection(client: pg.Client): void {
    this.client = client;
    const lost = (reason: string) => {
      if (this.client !== client) return;
      this.client = undefined;
      clearInterval(this.heartbeat);
      void client.end().catch(() => undefined);
      if (!this.isReleased) void this.regain(reason);
    };
    client.on('error', (error) => lost(errorMessage(error)));
    client.on('end', () => lost('the connection was closed'));
    this.heartbeat = setInterval(() => {
      client.query('SELECT').catch((error: unknown) => lost(errorMessage(error)));
    }, heartbeatMs);
    this.heartbeat.unref();
  }

  /** Tries until the lock is held again, or until it was refused several times in a row because of another process. */
  private async regain(reason: string): Promise<void> {
    let current = reason;
    let refusals = 0;
    while (!this.isReleased) {
      try {
        await this.events.onLost(current);
        if (await this.tryAcquire()) return this.events.onRegained();
        refusals += 1;
        current = 'another session holds the lock';
        if (refusals > refusalsMax && !this.isReleased) return this.events.onTaken();
      } catch (error) {
        current = errorMessage(error);
      }
      await sleep(retryMs);
    }
  }
}

const inUse =
  'Another Parley process uses this database. Stop it first, or give this one its own with --data-dir or DATABASE_URL. ' +
  'Several processes on one database need Redis (REDIS_URL).';

function unreachable(error: unknown): never {
  throw new StartError(`The database cannot be reached: ${errorMessage(error)}`, 1, { cause: error });
}
