import { getPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from '../../src/database/database.js';
import { createPool } from '../../src/database/pool.js';
import { createDatabase } from '../support/database.js';
import { environment } from '../support/environment.js';

describe('the database', () => {
  it('fails a transaction whose connection Postgres ends, and not the process', async () => {
    const pool = createPool({ connectionString: await createDatabase(environment().adminUrl), max: 2, name: 'spec' });
    const database = new Database(pool);
    const unforeseen: unknown[] = [];
    const note = (error: unknown) => void unforeseen.push(error);
    process.on('uncaughtException', note);
    try {
      const idle = database.transaction(async (tx) => {
        await tx.query("SET LOCAL idle_in_transaction_session_timeout = '50ms'");
        await sleep(300);
        return tx.query('SELECT 1');
      });
      await expect(idle).rejects.toThrow('connection error');
      expect(unforeseen).toEqual([]);
      expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      process.off('uncaughtException', note);
      await pool.end();
    }
  });

  it('lets the backends of work that nobody waits for give way to the others', async () => {
    const connectionString = await createDatabase(environment().adminUrl);
    for (const givesWay of [true, false]) {
      const pool = createPool({ connectionString, max: 1, name: 'spec', givesWay });
      const [backend] = await new Database(pool).query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      expect(getPriority(backend?.pid) - getPriority()).toBe(givesWay ? 10 : 0);
      await pool.end();
    }
  });
});
