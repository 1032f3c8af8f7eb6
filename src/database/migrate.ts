import pg from 'pg';
import { errorMessage } from '#platform/errors/error-facts.js';
import { StartError } from '#platform/start-error.js';
import { migrationDataSource } from './data-source.js';

/** "parley" in bytes and one: the number of the advisory lock under which the schema is changed. */
const lockNumber = (BigInt('0x7061726c6579') * 256n + 1n).toString();
const connectTimeoutMs = 3000;
const lockTimeoutMs = 120_000;

/**
 * Brings the database to this version's schema; answers the names of the migrations it ran (none when it was there). Nodes
 * that start together take turns.
 */
export async function runMigrations(url: string): Promise<string[]> {
  const turn = new pg.Client({ connectionString: url, application_name: 'parley-migrate', connectionTimeoutMillis: connectTimeoutMs });
  turn.on('error', () => undefined);
  await turn.connect().catch(unreachable);
  try {
    await turn.query(`SET lock_timeout = ${lockTimeoutMs}`);
    await turn.query('SELECT pg_advisory_lock($1::bigint)', [lockNumber]);
    return await migrate(url);
  } finally {
    // The lock ends with its connection.
    await turn.end();
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
