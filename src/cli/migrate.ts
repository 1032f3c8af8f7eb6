import { runMigrations } from '../database/migrate.js';
import type { Settings } from '#platform/config/config.js';
import { createLog } from '#platform/logging/log.js';
import { openDatabase } from '../roles/stores.js';

/** `parley migrate`: runs pending migrations and prints them. In embedded mode it fails while another process uses the database. */
export async function migrateCommand(settings: Settings): Promise<number> {
  const store = await openDatabase(settings, createLog({ level: settings.logLevel }), () => process.exit(1));
  try {
    const applied = await runMigrations(store.databaseUrl);
    process.stdout.write(applied.length === 0 ? 'The database is up to date.\n' : applied.map((name) => `Ran ${name}.\n`).join(''));
    return 0;
  } finally {
    await store.close();
  }
}
