import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DataSource, type MixedList } from 'typeorm';
import { dataSourceOptions, migrationDataSource } from '../../src/database/data-source.js';
import { runMigrations } from '../../src/database/migrate.js';
import { createDatabase, createEmptyDatabase, queryRows } from '../support/database.js';
import { environment } from '../support/environment.js';
import { root } from '../support/paths.js';

type EntityClass = Extract<MixedList<() => unknown>, unknown[]>[number];

/** Tables without an entity: TypeORM's list of applied migrations. */
const tablesWithoutEntity = ['migrations'];

/** Indexes with an operator class and storage options: TypeORM cannot describe them, so only the migrations create them. */
const onlyInMigrations = [
  'index CREATE INDEX ix_message_search_tokens ON public.message_search USING gin (tokens)',
  'index CREATE INDEX ix_users_search ON public.users USING gin (search_grams)',
  'index CREATE UNIQUE INDEX uq_users_username_key ON public.users USING btree (COALESCE(username_key, username))',
  'options conversations {fillfactor=80,autovacuum_vacuum_scale_factor=0.05}',
  'options log_groups {autovacuum_vacuum_scale_factor=0,autovacuum_vacuum_threshold=5000,autovacuum_vacuum_insert_threshold=-1}',
  'options log_position {fillfactor=10}',
  'options members {fillfactor=80,autovacuum_vacuum_scale_factor=0.05}',
  'options persist_attempts {fillfactor=10}',
  'storage log_groups.entries e',
];

/** Every column, default, constraint, index, function and storage option of the schema, as text that can be compared. */
const schemaSql = `
  SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || udt_name || ' ' || is_nullable || ' ' || coalesce(column_default, '') || ' ' || is_identity AS line
  FROM information_schema.columns WHERE table_schema = 'public'
  UNION ALL SELECT 'constraint ' || conrelid::regclass || '.' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
  UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
  UNION ALL SELECT 'options ' || relname || ' ' || reloptions::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND reloptions IS NOT NULL
  UNION ALL SELECT 'storage ' || attrelid::regclass || '.' || attname || ' ' || attstorage::text FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r') AND attstorage <> typstorage
  UNION ALL SELECT 'function ' || p.oid::regprocedure::text FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')`;

const tablesSql = "SELECT relname AS line FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')";

describe('the schema', () => {
  let url: string;
  beforeEach(async () => {
    url = await createDatabase(environment().adminUrl);
  });

  it('has an entity for every table', async () => {
    const source = await openWithEntities(url);
    try {
      const described = source.entityMetadatas.map((entity) => entity.tableName);
      expect([...described, ...tablesWithoutEntity].sort()).toEqual(await lines(url, tablesSql));
    } finally {
      await source.destroy();
    }
  });

  it('matches the entities in every column, constraint and index', async () => {
    const empty = await createEmptyDatabase(environment().adminUrl);
    const source = await openWithEntities(empty);
    try {
      await source.synchronize();
    } finally {
      await source.destroy();
    }
    const fromEntities = await schemaOf(empty);
    expect(fromEntities.length).toBeGreaterThan(150);
    expect((await schemaOf(url)).filter((line) => !onlyInMigrations.includes(line))).toEqual(fromEntities);
  });

  it('has exactly the indexes and storage options that TypeORM cannot describe', async () => {
    expect((await schemaOf(url)).filter((line) => onlyInMigrations.includes(line))).toEqual(onlyInMigrations);
  });

  it('needs no statement from TypeORM to match the entities', async () => {
    const source = await openWithEntities(url);
    try {
      const { upQueries } = await source.driver.createSchemaBuilder().log();
      expect(upQueries.map((query) => query.query)).toEqual([]);
    } finally {
      await source.destroy();
    }
  });

  it('is unchanged when a migrated database is migrated again', async () => {
    const before = await schemaOf(url);
    expect(await runMigrations(url)).toEqual([]);
    expect(await schemaOf(url)).toEqual(before);
  });

  it('is empty after all migrations are undone, and the same after they run again', async () => {
    const before = await schemaOf(url);
    const source = await migrationDataSource(url).initialize();
    try {
      for (const _ of source.migrations) await source.undoLastMigration({ transaction: 'each' });
      expect(await schemaOf(url)).toEqual([]);
      expect(await source.runMigrations({ transaction: 'each' })).toHaveLength(source.migrations.length);
    } finally {
      await source.destroy();
    }
    expect(await schemaOf(url)).toEqual(before);
  });
});

/** The lines of `schemaSql`, without TypeORM's own table. */
async function schemaOf(url: string): Promise<string[]> {
  return (await lines(url, schemaSql)).filter((line) => !/\bmigrations/.test(line));
}

async function lines(url: string, sql: string): Promise<string[]> {
  return (await queryRows(url, sql)).map((row) => String(row.line)).sort();
}

async function openWithEntities(url: string): Promise<DataSource> {
  return new DataSource({
    ...dataSourceOptions({ connectionString: url, max: 2, name: 'spec' }),
    entities: await entityClasses(),
  }).initialize();
}

/** The classes of all `*.entity.ts` below src. */
async function entityClasses(): Promise<EntityClass[]> {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.entity.ts'));
  const modules: unknown[] = await Promise.all(files.map((file) => import(join(root, 'src', file))));
  return modules.flatMap((module) => Object.values(module ?? {})).filter((value): value is EntityClass => typeof value === 'function');
}
