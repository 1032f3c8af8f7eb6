import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource, type MixedList } from 'typeorm';
import { dataSourceOptions, migrationDataSource } from '../../src/database/data-source.js';
import { runMigrations } from '../../src/database/migrate.js';
import { createDatabase, queryRows } from '../support/database.js';
import { environment } from '../support/environment.js';
import { root } from '../support/paths.js';

type EntityClass = Extract<MixedList<() => unknown>, unknown[]>[number];

/** Every column, default, constraint, index and function of the schema, as text that can be compared. */
const schemaSql = `
  SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') || ' ' || is_identity AS line
  FROM information_schema.columns WHERE table_schema = 'public'
  UNION ALL SELECT 'constraint ' || conrelid::regclass || '.' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT 'function ' || p.oid::regprocedure::text FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  ORDER BY line`;

describe('the schema', () => {
  let url: string;
  beforeEach(async () => {
    url = await createDatabase(environment().adminUrl);
  });

  async function schema(): Promise<unknown[]> {
    return (await queryRows(url, schemaSql)).map((row) => row.line);
  }

  it('is what the entities say, to the last column and index', async () => {
    const entities = await entityClasses();
    expect(entities.length).toBeGreaterThanOrEqual(8);
    const source = await new DataSource({ ...dataSourceOptions(url), entities }).initialize();
    try {
      const { upQueries } = await source.driver.createSchemaBuilder().log();
      expect(upQueries.map((query) => query.query)).toEqual([]);
    } finally {
      await source.destroy();
    }
  });

  it('is there once: migrating a migrated database does nothing', async () => {
    const before = await schema();
    expect(await runMigrations(url)).toEqual([]);
    expect(await schema()).toEqual(before);
  });

  it('goes down to nothing and up again to the same', async () => {
    const before = await schema();
    expect(before.length).toBeGreaterThan(100);
    const source = await migrationDataSource(url).initialize();
    try {
      for (const _ of source.migrations) await source.undoLastMigration({ transaction: 'each' });
      const left = (await schema()).filter((line) => typeof line === 'string' && !/\bmigrations/.test(line));
      expect(left).toEqual([]);
      expect(await source.runMigrations({ transaction: 'each' })).toHaveLength(source.migrations.length);
    } finally {
      await source.destroy();
    }
    expect(await schema()).toEqual(before);
  });
});

/** The classes of all `*.entity.ts` below src. */
async function entityClasses(): Promise<EntityClass[]> {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.entity.ts'));
  const modules: unknown[] = await Promise.all(files.map((file) => import(join(root, 'src', file))));
  return modules.flatMap((module) => Object.values(module ?? {})).filter((value): value is EntityClass => typeof value === 'function');
}
