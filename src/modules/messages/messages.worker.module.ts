import { Module } from '@nestjs/common';
import { QueuesModule } from '../queues/queues.module.js';
import { MessageAppliersModule } from './message-appliers.module.js';
import { SearchIndexer } from './workers/search-indexer.js';
import { Persist } from './workers/persist.js';
import { PersistAttempts } from './workers/persist-attempts.js';
import { PersistOneByOne } from './workers/persist-one-by-one.js';
import { Settle } from './workers/settle.js';
import { DeadLetterConsumer } from './workers/dead-letter.consumer.js';
import { PersistenceConsumer } from './workers/persistence.consumer.js';
import { WakeShards } from './workers/wake-shards.js';

/** What a worker does for messages: persist and settle, dead letters, regular tasks. */
@Module({
  imports: [MessageAppliersModule, QueuesModule],
  providers: [Persist, PersistAttempts, PersistOneByOne, Settle, PersistenceConsumer, DeadLetterConsumer, WakeShards, SearchIndexer],
})
export class MessagesWorkerModule {}
