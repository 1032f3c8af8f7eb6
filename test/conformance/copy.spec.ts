import { Database } from '../../src/database/database.js';
import { createPool } from '../../src/database/pool.js';
import { createDatabase } from '../support/database.js';
import { environment } from '../support/environment.js';

const statementTimeoutMs = 400;
const copyNumbers = 'COPY numbers (number) FROM STDIN';

describe('COPY in a transaction', () => {
  let database: Database;
  let stopped: number | undefined;

  beforeEach(async () => {
    const connectionString = await createDatabase(environment().adminUrl);
    database = new Database(createPool({ connectionString, max: 2, name: 'test', statementTimeoutMs }));
    await database.query('CREATE TABLE numbers (number integer PRIMARY KEY)');
  });
  afterEach(async () => {
    if (stopped !== undefined) process.kill(stopped, 'SIGCONT');
    stopped = undefined;
    await database.pool.end();
  });

  const copy = (lines: string) => database.transaction((tx) => tx.copy(copyNumbers, lines));
  const numbers = async () =>
    (await database.query<{ number: number }>('SELECT number FROM numbers ORDER BY number')).map((row) => row.number);

  it('stores all lines or none, and names the constraint that a line violates', async () => {
    await copy('1\n2\n');
    await expect(copy('3\n2\n')).rejects.toMatchObject({ code: '23505' });
    await expect(copy('4\nfour\n')).rejects.toMatchObject({ code: '22P02' });
    expect(await numbers()).toEqual([1, 2]);
  });

  it('gives up waiting for a lock after the same time as any other statement', async () => {
    await database.transaction(async (tx) => {
      await tx.query('LOCK TABLE numbers IN EXCLUSIVE MODE');
      await expect(copy('1\n')).rejects.toMatchObject({ code: '57014' });
    });
    await copy('1\n');
    expect(await numbers()).toEqual([1]);
  });

  it('fails when the server does not answer, and uses another connection afterwards', async () => {
    const silent = database.transaction(async (tx) => {
      const [row] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      if (row === undefined) throw new Error('no process id of the backend');
      process.kill(row.pid, 'SIGSTOP');
      stopped = row.pid;
      await tx.copy(copyNumbers, '1\n');
    });
    await expect(silent).rejects.toThrow('Query read timeout');
    await copy('2\n');
    expect(await numbers()).toEqual([2]);
  });
});
