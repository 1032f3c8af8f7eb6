import { Global, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../../platform/config/config.js';
import { ApplyEntries } from './apply-entries.js';
import { ConversationChanges } from './conversation-changes.js';
import { ConversationLog } from './conversation-log.js';
import { EntryAppliers } from './entry-appliers.js';
import { GroupCommit } from './group-commit.js';
import { EmbeddedConversationLog } from './embedded/embedded-log.js';
import { openLogTable } from './embedded/log-table.js';

@Injectable()
class CloseLog implements OnApplicationShutdown {
  constructor(private readonly log: ConversationLog) {}

  async onApplicationShutdown(): Promise<void> {
    if (this.log instanceof EmbeddedConversationLog) await this.log.close();
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
        const log = new EmbeddedConversationLog(openLogTable(config.databaseUrl), config.shardCount);
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
