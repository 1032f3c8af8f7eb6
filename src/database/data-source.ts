import { fileURLToPath } from 'node:url';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type pg from 'pg';
import { Initial1763600000000 } from './migrations/1763600000000-initial.js';
import { SavedMessages1764500000000 } from './migrations/1764500000000-saved-messages.js';
import { Visibility1765000001000 } from './migrations/1765000001000-visibility.js';
import { Owners1765000002002 } from './migrations/1765000002002-owners.js';
import { PublicNames1765000002000 } from './migrations/1765000002000-public-names.js';
import { Restrictions1765000002001 } from './migrations/1765000002001-restrictions.js';
import { Retention1765000004000 } from './migrations/1765000004000-retention.js';
import { FoldedNames1765000005000 } from './migrations/1765000005000-folded-names.js';
import { SearchTokens1765000005001 } from './migrations/1765000005001-search-tokens.js';
import { Additions1765000008002 } from './migrations/1765000008002-additions.js';
import { BlockedUsers1765000008001 } from './migrations/1765000008001-blocked-users.js';
import { UserSettings1765000008000 } from './migrations/1765000008000-user-settings.js';
import { poolConfig, type PoolOptions, SafePool } from './pool.js';

/** Where the entities are. A pattern, because this layer must not import modules, and an entity never leaves its own. */
export const entityFiles = fileURLToPath(new URL('../modules/**/*.entity.js', import.meta.url));

/** TypeORM's options, the same for the application and for `parley migrate`. Only migrations change the schema. */
export function dataSourceOptions(pool: PoolOptions) {
  return {
    type: 'postgres',
    url: pool.connectionString,
    driver: { Pool: SafePool },
    extra: poolConfig(pool),
    migrations: [
      Initial1763600000000,
      SavedMessages1764500000000,
      Visibility1765000001000,
      PublicNames1765000002000,
      Restrictions1765000002001,
      Owners1765000002002,
      Retention1765000004000,
      FoldedNames1765000005000,
      SearchTokens1765000005001,
      UserSettings1765000008000,
      BlockedUsers1765000008001,
      Additions1765000008002,
    ],
    migrationsTableName: 'migrations',
    synchronize: false,
    invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
  } satisfies DataSourceOptions;
}

/** A data source that knows the migrations and no entity. */
export function migrationDataSource(url: string): DataSource {
  return new DataSource(dataSourceOptions({ connectionString: url, max: 2, name: 'parley-migrate' }));
}

/** The connections that TypeORM has opened. `Database` runs its statements on the same ones. */
export function poolOf(source: DataSource): pg.Pool {
  const pool: unknown = Reflect.get(source.driver, 'master');
  if (!(pool instanceof SafePool)) throw new Error('TypeORM has not opened the pool that it was configured with');
  return pool;
}
