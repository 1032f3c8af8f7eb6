import { DataSource, type DataSourceOptions } from 'typeorm';
import { Initial1763600000000 } from './migrations/1763600000000-initial.js';

/** TypeORM's options, the same for the application and for `parley migrate`. The schema is only changed by migrations. */
export function dataSourceOptions(url: string, statementTimeoutMs = 10_000): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    migrations: [Initial1763600000000],
    migrationsTableName: 'migrations',
    synchronize: false,
    invalidWhereValuesBehavior: { null: 'throw', undefined: 'throw' },
    poolSize: 4,
    connectTimeoutMS: 2000,
    extra: { statement_timeout: statementTimeoutMs, query_timeout: statementTimeoutMs + 300 },
    applicationName: 'parley-typeorm',
  };
}

/** A data source that knows the migrations and no entity. */
export function migrationDataSource(url: string): DataSource {
  return new DataSource(dataSourceOptions(url));
}
