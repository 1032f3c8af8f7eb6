import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDatabase, createTemplate } from './database.js';
import { environmentFileVariable, type Environment, testMode } from './environment.js';
import { startPostgres } from './postgres.js';
import { openFolder, startServer } from './server.js';

/** Starts Postgres, a migrated template database and one Parley, and tells the test processes where they are. */
export async function startEnvironment(): Promise<{ stop(): Promise<void> }> {
  if (testMode() !== 'embedded') throw new Error(`PARLEY_TEST_MODE=${testMode()} is not known; use embedded`);
  const folder = openFolder('parley-test-');
  const postgres = await startPostgres(folder);
  try {
    const adminUrl = postgres.url('postgres');
    await createTemplate(adminUrl);
    const server = await startServer({ databaseUrl: await createDatabase(adminUrl), dataDir: join(folder, 'data') });
    const environment: Environment = { adminUrl, serverUrls: [server.url], folder };
    const file = join(folder, 'environment.json');
    writeFileSync(file, JSON.stringify(environment));
    process.env[environmentFileVariable] = file;
    return {
      stop: async () => {
        const exit = await server.stop();
        const troubles = server.logs.filter((line) => /"level":"(error|fatal)"/.test(line));
        if (exit.code !== 0 || troubles.length > 0)
          process.stderr.write(`The shared Parley ended with ${exit.code} and logged:\n${troubles.join('\n')}\n`);
        await postgres.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
