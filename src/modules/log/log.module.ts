import { Global, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { createPool } from '../../database/pool.js';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { ApplyEntries } from './apply-entries.js';
import { ConversationChanges } from './conversation-changes.js';
import { ConversationLog } from './conversation-log.js';
import { EntryAppliers } from './entry-appliers.js';
import { GroupCommit } from './group-commit.js';
import { PostgresConversationLog } from './postgres/postgres-log.js';

/** The log's own connections: a commit must not wait behind the changes that wait for it. */
const poolMax = 4;
const statementTimeoutMs = 3000;

@Injectable()
class CloseLog implements OnApplicationShutdown {
  constructor(private readonly log: ConversationLog) {}

  async onApplicationShutdown(): Promise<void> {
    if (this.log instanceof PostgresConversationLog) await this.log.close();
  }
}

/** The commit point. Which adapter runs is decided here and known nowhere else. */
@Global()
@Module({
  providers: [
    {
      provide: ConversationLog,
      inject: [CONFIG],
      useFactory: async (config: Config) => {
        const pool = createPool({ connectionString: config.databaseUrl ?? '', max: poolMax, name: 'parley-log', statementTimeoutMs });
        const log = new PostgresConversationLog(new Database(pool), config.shardCount);
        await log.open();
        return log;
      },
    },
    CloseLog,
    GroupCommit,
    EntryAppliers,
    ApplyEntries,
    ConversationChanges,
  ],
  exports: [ConversationLog, GroupCommit, EntryAppliers, ApplyEntries, ConversationChanges],
})
export class LogModule {}
