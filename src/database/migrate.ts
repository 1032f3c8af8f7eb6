import { migrationDataSource } from './data-source.js';

/** Brings the database to this version's schema; answers the names of the migrations it ran (none when it was there). */
export async function runMigrations(url: string): Promise<string[]> {
  const source = await migrationDataSource(url).initialize();
  try {
    const applied = await source.runMigrations({ transaction: 'each' });
    return applied.map((migration) => migration.name);
  } finally {
    await source.destroy();
  }
}
