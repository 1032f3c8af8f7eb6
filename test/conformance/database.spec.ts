import { getPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { dataSourceOptions, poolOf } from '../../src/database/data-source.js';
import { Database } from '../../src/database/database.js';
import { createPool } from '../../src/database/pool.js';
import { createDatabase } from '../support/database.js';
import { environment } from '../support/environment.js';

describe('the database', () => {
  it('fails only the transaction, not the process, when Postgres closes its connection', async () => {
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

  it('lowers the process priority of the backends of a low-priority pool', async () => {
    const connectionString = await createDatabase(environment().adminUrl);
    for (const isLowPriority of [true, false]) {
      const pool = createPool({ connectionString, max: 1, name: 'spec', isLowPriority });
      const [backend] = await new Database(pool).query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      expect(getPriority(backend?.pid)).toBe(isLowPriority ? 10 : getPriority());
      await pool.end();
    }
  });

  it('runs repositories and SQL on the same connections, and closes a connection that does not answer', async () => {
    const connectionString = await createDatabase(environment().adminUrl);
    const source = await new DataSource(
      dataSourceOptions({ connectionString, max: 1, name: 'spec', statementTimeoutMs: 300 }),
    ).initialize();
    try {
      const database = new Database(poolOf(source));
      const backendOf = async (rows: Promise<Array<{ pid: number }>>) => (await rows).at(0)?.pid;
      const pidSql = 'SELECT pg_backend_pid() AS pid';
      const first = await backendOf(database.query(pidSql));
      expect(await backendOf(source.query(pidSql))).toBe(first);
      // Otherwise the server's own limit would end the statement first.
      await source.query('SET statement_timeout = 0');
      await expect(source.query('SELECT pg_sleep(5)')).rejects.toThrow('Query read timeout');
      expect(await backendOf(source.query(pidSql))).not.toBe(first);
    } finally {
      await source.destroy();
    }
  });
});
