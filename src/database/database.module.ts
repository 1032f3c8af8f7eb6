import { Global, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CONFIG, type Config } from '../platform/config/config.js';
import { dataSourceOptions } from './data-source.js';
import { Database } from './database.js';
import { createPool } from './pool.js';

const poolMax = 12;

@Injectable()
class CloseDatabase implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  async onApplicationShutdown(): Promise<void> {
    await this.database.pool.end();
  }
}

/** The data source, shared by all modules. `config.databaseUrl` is set by then: by the operator or by embedded Postgres. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [CONFIG],
      useFactory: (config: Config) => ({ ...dataSourceOptions(requiredUrl(config)), autoLoadEntities: true, retryAttempts: 3 }),
    }),
  ],
  providers: [
    {
      provide: Database,
      inject: [CONFIG],
      useFactory: (config: Config) => new Database(createPool({ connectionString: requiredUrl(config), max: poolMax, name: 'parley' })),
    },
    CloseDatabase,
  ],
  exports: [Database],
})
export class DatabaseModule {}

function requiredUrl(config: Config): string {
  if (config.databaseUrl === undefined) throw new Error('DATABASE_URL is not set and no embedded Postgres was started');
  return config.databaseUrl;
}
