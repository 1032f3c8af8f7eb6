import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDatabase, createTemplate } from './database.js';
import { environmentFileVariable, type Environment, testMode } from './environment.js';
import { startPostgres } from './postgres.js';
import { startRedis } from './redis.js';
import { openFolder, type Server, startServer } from './server.js';

/** The Parley that the tests of a run share. */
interface SharedParley {
  readonly urls: readonly string[];
  stop(): Promise<void>;
}

/** Starts Postgres, a migrated template database and Parley, and passes their addresses to the test processes. */
export async function startEnvironment(): Promise<{ stop(): Promise<void> }> {
  const folder = openFolder('parley-test-');
  const file = join(folder, 'environment.json');
  process.env[environmentFileVariable] = file;
  const postgres = await startPostgres(folder);
  try {
    const adminUrl = postgres.url('postgres');
    await createTemplate(adminUrl);
    const databaseUrl = await createDatabase(adminUrl);
    const parley = await startParley(databaseUrl, folder);
    const environment: Environment = { adminUrl, databaseUrl, serverUrls: [...parley.urls], folder };
    writeFileSync(file, JSON.stringify(environment));
    return {
      stop: async () => {
        await parley.stop();
        await postgres.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function startParley(databaseUrl: string, folder: string): Promise<SharedParley> {
  switch (testMode()) {
    case 'embedded':
      return startEmbedded(databaseUrl, folder);
    case 'cluster':
      return startCluster(databaseUrl, folder);
    default:
      throw new Error(`PARLEY_TEST_MODE=${testMode()} is unknown; use embedded or cluster`);
  }
}

/** One process. */
async function startEmbedded(databaseUrl: string, folder: string): Promise<SharedParley> {
  const server = await startServer({ databaseUrl, dataDir: join(folder, 'data') });
  return { urls: [server.url], stop: () => stopAll([server]) };
}

/** Redis, two API nodes and two workers. */
async function startCluster(databaseUrl: string, folder: string): Promise<SharedParley> {
  const redis = await startRedis();
  const env = { REDIS_URL: redis.url, AUTH_SECRET: randomBytes(32).toString('base64url') };
  const node = (role: string, number: number) =>
    startServer({ databaseUrl, dataDir: join(folder, `data-${role}-${number}`), env, args: ['--role', role], readyTimeoutMs: 60_000 });
  const servers = await Promise.all([node('api', 1), node('api', 2), node('worker', 1), node('worker', 2)]);
  return {
    urls: servers.slice(0, 2).map((server) => server.url),
    stop: async () => {
      await stopAll(servers);
      await redis.stop();
    },
  };
}

async function stopAll(servers: readonly Server[]): Promise<void> {
  for (const server of servers) {
    const exit = await server.stop();
    const troubles = server.logs.filter((line) => /"level":"(error|fatal)"/.test(line));
    if (exit.code !== 0 || troubles.length > 0)
      process.stderr.write(`The shared Parley ended with ${exit.code} and logged:\n${troubles.join('\n')}\n`);
  }
}
