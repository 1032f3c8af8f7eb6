import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { runMigrations } from '../../src/database/migrate.js';

const template = 'parley_template';

/** Creates the migrated database that `createDatabase` copies. */
export async function createTemplate(adminUrl: string): Promise<void> {
  await withClient(adminUrl, (client) => client.query(`CREATE DATABASE ${template}`));
  await runMigrations(databaseUrl(adminUrl, template));
}

/** Creates a fresh database with the current schema; returns its address. */
export function createDatabase(adminUrl: string): Promise<string> {
  return copyOf(adminUrl, template);
}

/** Creates a fresh database without any table; returns its address. */
export function createEmptyDatabase(adminUrl: string): Promise<string> {
  return copyOf(adminUrl, 'template0');
}

async function copyOf(adminUrl: string, original: string): Promise<string> {
  const name = `parley_${randomBytes(6).toString('hex')}`;
  await withClient(adminUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${original}`));
  return databaseUrl(adminUrl, name);
}

/** The rows of one statement on the database at `url`. */
export async function queryRows(url: string, sql: string, parameters: unknown[] = []): Promise<Array<Record<string, unknown>>> {
  return withClient(url, async (client) => {
    const result = await client.query<Record<string, unknown>>(sql, parameters);
    return result.rows;
  });
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function databaseUrl(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}
