import { Injectable } from '@nestjs/common';
import { metrics } from '#platform/metrics.js';
import { ConversationLog } from '../../log/conversation-log.js';
import type { Committed } from '../../log/draft.js';
import { OnCommitted } from '../../log/group-commit.js';
import { ShardWaker } from '../../queues/shard-waker.js';

/** After every commit of this process, of messages and of other changes, wakes the persistence jobs of the shards that have new entries. */
@Injectable()
export class WakePersistence {
  constructor(
    private readonly log: ConversationLog,
    private readonly waker: ShardWaker,
  ) {}

  @OnCommitted()
  wakeShards(committed: readonly Committed[]): void {
    metrics.observeBatchSize(committed.length);
    for (const shard of new Set(committed.filter((one) => !one.replayed).map((one) => this.log.shardOf(one.draft.conversationId)))) {
      this.waker.wakeShard(shard);
    }
  }
}
