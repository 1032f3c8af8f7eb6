import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { systemEnvironment } from '#platform/config/system-environment.js';
import { clusterUser, openCluster } from '#platform/embedded-postgres/cluster-folder.js';
import { serverSettings } from '#platform/embedded-postgres/server-settings.js';
import type { ProcessSpec } from './supervised-process.js';
import { postgresFlags, topology } from './topology.js';

const database = 'parley';
const host = '127.0.0.1';

/** Postgres from the binaries that come with Parley, with the settings of the topology. Creates its folder. */
export async function postgresService(dataDir: string, port: number): Promise<{ readonly url: string; readonly spec: ProcessSpec }> {
  mkdirSync(dataDir, { recursive: true });
  const { binaries, user, folder, password } = await openCluster(dataDir);
  const urlOf = (name: string): string => `postgres://${clusterUser}:${password}@${host}:${port}/${name}`;
  const spec: ProcessSpec = {
    name: 'postgres',
    program: binaries.postgres,
    args: ['-D', join(folder, 'data'), ...serverSettings(host, port).split(' '), ...postgresFlags()],
    environment: systemEnvironment(),
    directory: folder,
    as: user,
    // A "fast" shutdown: open sessions are closed, committed data is safe.
    stopSignal: 'SIGINT',
    stopGraceSeconds: topology.stopGraceSeconds.postgres,
    isReady: () => prepareDatabase(urlOf('postgres')),
  };
  return { url: urlOf(database), spec };
}

/** Creates the database at the first start. Rejects while nothing answers. */
async function prepareDatabase(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000, query_timeout: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${database}`);
    return true;
  } finally {
    await client.end().catch(() => undefined);
  }
}
