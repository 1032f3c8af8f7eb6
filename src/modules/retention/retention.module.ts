import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ConversationsModule } from '../conversations/conversations.module.js';
import { HistoryFloorsModule } from '../conversations/history-floors.module.js';
import { QueuesModule } from '../queues/queues.module.js';
import { ExpireMessages } from './changes/expire-messages.js';
import { RetentionRunEntity } from './infra/retention-run.entity.js';
import { RetentionAppliersModule } from './retention-appliers.module.js';
import { RetentionRuns } from './retention-runs.js';
import { RunRetention } from './run-retention.js';
import { RetentionRunsController } from './transport/retention-runs.controller.js';
import { CountDue } from './workers/count-due.js';
import { DeleteRange } from './workers/delete-range.js';
import { FindDue } from './workers/find-due.js';
import { GiveWay } from './workers/give-way.js';
import { PurgeConversation } from './workers/purge-conversation.js';
import { RetentionTask } from './workers/retention-task.js';

/** What operators do with retention. */
@Module({
  imports: [TypeOrmModule.forFeature([RetentionRunEntity]), ConversationsModule, QueuesModule, RetentionAppliersModule],
  controllers: [RetentionRunsController],
  providers: [RetentionRuns],
})
export class RetentionModule {}

/** Running retention, for workers and for the command line. */
@Module({
  imports: [HistoryFloorsModule, RetentionAppliersModule],
  providers: [RetentionRuns, RunRetention, FindDue, CountDue, ExpireMessages, DeleteRange, PurgeConversation, GiveWay],
  exports: [RetentionRuns, RunRetention],
})
export class RunRetentionModule {}

/** Runs retention as a maintenance task. */
@Module({ imports: [RunRetentionModule], providers: [RetentionTask] })
export class RetentionWorkerModule {}
