import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ConversationLog } from '../../log/conversation-log.js';
import { MaintenanceTasks } from '../../queues/maintenance-tasks.js';
import { ShardWaker } from '../../queues/shard-waker.js';

const everyMs = 5000;

/** Wakes the persistence job of every shard that has work, so that a lost job costs seconds and nothing else. */
@Injectable()
export class Sweep implements OnModuleInit {
  constructor(
    private readonly tasks: MaintenanceTasks,
    private readonly log: ConversationLog,
    private readonly waker: ShardWaker,
  ) {}

  onModuleInit(): void {
    this.tasks.register('sweep', everyMs, () => this.run());
  }

  private async run(): Promise<void> {
    for (const shard of await this.log.shardsWithWork()) this.waker.wake(shard);
  }
}
