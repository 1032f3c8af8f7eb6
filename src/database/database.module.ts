import { Global, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CONFIG, type Config } from '#platform/config/config.js';
import { dataSourceOptions } from './data-source.js';
import { BatchDatabase, Database } from './database.js';
import { createPool, plannedOnce } from './pool.js';

const poolMax = 12;
/** Shards that are persisted side by side, and one to spare. */
const batchPoolMax = 5;
/** Milliseconds for a statement. Where people wait for answers little; a worker's batch may take its time. */
const statementTimeoutMs = { api: 2200, worker: 10_000, all: 10_000 } as const;

@Injectable()
class CloseDatabase implements OnApplicationShutdown {
  constructor(
    private readonly database: Database,
    private readonly batches: BatchDatabase,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.database.pool.end(), this.batches.pool.end()]);
  }
}

/** The data source, shared by all modules. `config.databaseUrl` is set by then: by the operator or by embedded Postgres. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [CONFIG],
      useFactory: (config: Config) => ({
        ...dataSourceOptions(requiredUrl(config), statementTimeoutMs[config.role]),
        autoLoadEntities: true,
        retryAttempts: 3,
      }),
    }),
  ],
  providers: [
    {
      provide: Database,
      inject: [CONFIG],
      useFactory: (config: Config) =>
        new Database(
          createPool({
            connectionString: requiredUrl(config),
            max: poolMax,
            name: 'parley',
            statementTimeoutMs: statementTimeoutMs[config.role],
          }),
        ),
    },
    {
      provide: BatchDatabase,
      inject: [CONFIG],
      useFactory: (config: Config) =>
        new BatchDatabase(
          createPool({
            connectionString: requiredUrl(config),
            max: batchPoolMax,
            name: 'parley-batches',
            statementTimeoutMs: statementTimeoutMs.worker,
            serverOptions: plannedOnce,
            givesWay: config.isDatabaseOwn,
          }),
        ),
    },
    CloseDatabase,
  ],
  exports: [Database, BatchDatabase],
})
export class DatabaseModule {}

function requiredUrl(config: Config): string {
  if (config.databaseUrl === undefined) throw new Error('DATABASE_URL is not set and no embedded Postgres was started');
  return config.databaseUrl;
}
