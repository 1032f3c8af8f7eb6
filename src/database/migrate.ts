import pg from 'pg';
import { errorMessage } from '#platform/errors/error-facts.js';
import { StartError } from '#platform/start-error.js';
import { migrationDataSource } from './data-source.js';

/** The advisory lock for changes of the schema: the bytes of "parley", then 1. */
const lockNumber = (BigInt('0x7061726c6579') * 256n + 1n).toString();
const connectTimeoutMs = 3000;
const lockTimeoutMs = 120_000;

/**
 * Migrates the database to this version's schema and answers the names of the migrations that it ran. Nodes that start together
 * wait for each other.
 */
export async function runMigrations(url: string): Promise<string[]> {
  const lock = new pg.Client({ connectionString: url, application_name: 'parley-migrate', connectionTimeoutMillis: connectTimeoutMs });
  lock.on('error', () => undefined);
  await lock.connect().catch(unreachable);
  try {
    await lock.query(`SET lock_timeout = ${lockTimeoutMs}`);
    await lock.query('SELECT pg_advisory_lock($1::bigint)', [lockNumber]);
    return await migrate(url);
  } finally {
    // Postgres releases the lock with its connection.
    await lock.end();
  }
}

async function migrate(url: string): Promise<string[]> {
  const source = await migrationDataSource(url).initialize();
  try {
    const applied = await source.runMigrations({ transaction: 'each' });
    return applied.map((migration) => migration.name);
  } finally {
    await source.destroy();
  }
}

function unreachable(error: unknown): never {
  throw new StartError(`The database cannot be reached: ${errorMessage(error)}`, 1, { cause: error });
}
