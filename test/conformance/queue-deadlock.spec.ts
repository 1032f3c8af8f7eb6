import pg from 'pg';
import { createQueuePool } from '../../src/modules/queues/infra/postgres-queue-store.js';
import { createDatabase } from '../support/database.js';
import { environment } from '../support/environment.js';
import { until } from '../support/until.js';

jest.setTimeout(30_000);

const [first, second] = [7001, 7002];

/** Takes both locks in one statement, the second one last. Postgres looks for a deadlock three seconds after the wait has begun. */
const lockBoth = `
  CREATE SCHEMA IF NOT EXISTS bullmq;
  CREATE FUNCTION bullmq.lock_both(one bigint, other bigint) RETURNS text LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM set_config('deadlock_timeout', '3s', true);
    PERFORM pg_advisory_xact_lock(one);
    PERFORM pg_advisory_xact_lock(other);
    RETURN 'done';
  END $$`;

test('a job whose statement meets a deadlock ends all the same, and no error is reported', async () => {
  const url = await createDatabase(environment().adminUrl);
  const rival = new pg.Client({ connectionString: url });
  await rival.connect();
  await rival.query(lockBoth);
  const pool = createQueuePool(url);
  const errors: unknown[] = [];
  pool.on('error', (error) => errors.push(error));
  try {
    await rival.query('BEGIN');
    await rival.query("SET LOCAL deadlock_timeout = '20s'");
    await rival.query('SELECT pg_advisory_xact_lock($1)', [second]);
    const job = pool.query('SELECT bullmq.lock_both($1, $2) AS result', [first, second]);
    const outcome = job.then(
      ({ rows }) => rows,
      (error: unknown) => error,
    );
    const watcher = new pg.Client({ connectionString: url });
    await watcher.connect();
    await until('the job waits for the second lock', async () => {
      const { rows } = await watcher.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted", [second]);
      return rows.length === 1;
    });
    await watcher.end();
    // The circle is complete: the job is the victim, and the rival goes on.
    await rival.query('SELECT pg_advisory_xact_lock($1)', [first]);
    await rival.query('COMMIT');
    expect(await outcome).toEqual([{ result: 'done' }]);
    expect(errors).toEqual([]);
  } finally {
    await rival.end();
    await pool.end();
  }
});
