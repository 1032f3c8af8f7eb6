import { Injectable } from '@nestjs/common';
import { metrics } from '#platform/metrics.js';
import { ConversationLog } from '../../log/conversation-log.js';
import type { Committed, Draft } from '../../log/draft.js';
import { GroupCommit, OnCommitted } from '../../log/group-commit.js';
import { ShardWaker } from '../../queues/shard-waker.js';
import type { CreatedBody } from '../domain/message-bodies.js';
import { Deliver, type DeliveredMessage } from './deliver.js';

/**
 * Step 2: the commit point. When it resolves, the messages are safe and have their places; the members have been sent them
 * in that order. Every commit of this process, a send or another change, wakes the persistence job of its shard.
 */
@Injectable()
export class Commit {
  constructor(
    private readonly groupCommit: GroupCommit,
    private readonly log: ConversationLog,
    private readonly deliver: Deliver,
    private readonly waker: ShardWaker,
  ) {}

  /** All or nothing. Throws `message.clientIdConflict`, `message.notFound` (reply), `conversation.notFound`, `overloaded`. */
  commit(drafts: readonly Draft<CreatedBody>[]): Promise<readonly DeliveredMessage[]> {
    const startedAt = performance.now();
    return this.groupCommit.commitAndDeliver(drafts, (committed) => {
      metrics.step('commit').observe((performance.now() - startedAt) / 1000);
      return this.deliver.deliver(committed);
    });
  }

  @OnCommitted()
  wake(committed: readonly Committed[]): void {
    metrics.committedBatch(committed.length);
    for (const shard of new Set(committed.filter((one) => !one.replayed).map((one) => this.log.shardOf(one.draft.conversationId)))) {
      this.waker.wakeShard(shard);
    }
  }
}
