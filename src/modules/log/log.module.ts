import { Global, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '#platform/config/config.js';
import { REDIS, type SharedRedis } from '#platform/redis/shared-redis.js';
import { ApplyEntries } from './apply-entries.js';
import { ConversationChanges } from './conversation-changes.js';
import { ConversationLog } from './conversation-log.js';
import { EntryAppliers } from './entry-appliers.js';
import { GroupCommit } from './group-commit.js';
import { EmbeddedConversationLog } from './embedded/embedded-conversation-log.js';
import { FolderMark } from './embedded/folder-mark.js';
import { openLogTable } from './embedded/log-table.js';
import { refuseToLeaveBehind } from './embedded/refuse-to-leave-behind.js';
import { settleEpoch } from './embedded/settle-epoch.js';
import { openRedisLog } from './redis/open-redis-log.js';
import { RedisConversationLog } from './redis/redis-conversation-log.js';

@Injectable()
class CloseLog implements OnApplicationShutdown {
  constructor(private readonly log: ConversationLog) {}

  async onApplicationShutdown(): Promise<void> {
    if (this.log instanceof EmbeddedConversationLog || this.log instanceof RedisConversationLog) await this.log.close();
  }
}

/** The commit point. Only this module knows which adapter runs. */
@Global()
@Module({
  providers: [
    { provide: ConversationLog, inject: [CONFIG, REDIS], useFactory: openLog },
    CloseLog,
    GroupCommit,
    EntryAppliers,
    ApplyEntries,
    ConversationChanges,
  ],
  exports: [ConversationLog, GroupCommit, ApplyEntries, ConversationChanges],
})
export class LogModule {}

async function openLog({ databaseUrl, shardCount, dataDir, isDatabaseOwn }: Config, redis: SharedRedis | null): Promise<ConversationLog> {
  if (redis !== null) {
    await refuseToLeaveBehind(databaseUrl, shardCount);
    return openRedisLog({ connections: redis.connections, databaseUrl, shardCount });
  }
  const table = openLogTable(databaseUrl);
  const mark = new FolderMark(dataDir, isDatabaseOwn);
  await settleEpoch(table, mark);
  const log = new EmbeddedConversationLog(table, shardCount, mark);
  await log.open();
  return log;
}
