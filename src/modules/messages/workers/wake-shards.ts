import { Injectable } from '@nestjs/common';
import { ConversationLog } from '../../log/conversation-log.js';
import { MaintenanceTask } from '../../queues/maintenance-task.js';
import { ShardWaker } from '../../queues/shard-waker.js';

const everyMs = 5_000;

/** Wakes the persistence job of every shard that has work, so that a lost job costs a few seconds and no message. */
@Injectable()
export class WakeShards {
  constructor(
    private readonly log: ConversationLog,
    private readonly waker: ShardWaker,
  ) {}

  @MaintenanceTask('sweep', everyMs)
  async execute(): Promise<void> {
    for (const shard of await this.log.shardsWithWork()) this.waker.wakeShard(shard);
  }
}
