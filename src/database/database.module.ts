import { Global, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { CONFIG, type Config } from '#platform/config/config.js';
import { dataSourceOptions, entityFiles, poolOf } from './data-source.js';
import { BatchDatabase, Database } from './database.js';
import { FollowStoreClock } from './follow-store-clock.js';
import { createPool, plannedOnce, type PoolOptions } from './pool.js';

const poolMax = 12;
/** Shards that are persisted side by side, and one to spare. */
const batchPoolMax = 5;
/** Milliseconds for a statement: short where users wait for the answer, longer for a worker's batch. */
const statementTimeoutMs = { api: 2200, worker: 10_000, all: 10_000 } as const;

/** Closes the pool of the batches. TypeORM closes the shared one with its data source. */
@Injectable()
class CloseBatches implements OnApplicationShutdown {
  constructor(private readonly batches: BatchDatabase) {}

  async onApplicationShutdown(): Promise<void> {
    await this.batches.pool.end();
  }
}

/** One data source and one pool, shared by repositories and by SQL. `config.databaseUrl` is set: by the operator or by the embedded Postgres. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [CONFIG],
      useFactory: (config: Config) => ({ ...dataSourceOptions(sharedPool(config)), entities: [entityFiles], retryAttempts: 3 }),
    }),
  ],
  providers: [
    { provide: Database, inject: [DataSource], useFactory: (source: DataSource) => new Database(poolOf(source)) },
    { provide: BatchDatabase, inject: [CONFIG], useFactory: (config: Config) => new BatchDatabase(createPool(batchPool(config))) },
    CloseBatches,
    FollowStoreClock,
  ],
  exports: [Database, BatchDatabase],
})
export class DatabaseModule {}

function sharedPool(config: Config): PoolOptions {
  return {
    connectionString: requiredUrl(config),
    max: poolMax,
    name: 'parley',
    statementTimeoutMs: statementTimeoutMs[config.role],
  };
}

function batchPool(config: Config): PoolOptions {
  return {
    connectionString: requiredUrl(config),
    max: batchPoolMax,
    name: 'parley-batches',
    statementTimeoutMs: statementTimeoutMs.worker,
    serverOptions: plannedOnce,
    isLowPriority: config.isDatabaseOwn,
  };
}

function requiredUrl(config: Config): string {
  if (config.databaseUrl === undefined) throw new Error('DATABASE_URL is not set and no embedded Postgres was started');
  return config.databaseUrl;
}
