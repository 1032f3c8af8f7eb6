import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { ConversationLog } from '../../log/conversation-log.js';
import { Consumes, type JobContext, JobConsumer } from '../../queues/job-consumer.js';
import type { Jobs } from '../../queues/job-types.js';
import { Persist } from '../send/persist.js';
import { Settle } from '../send/settle.js';

/** Drains the outbox of one shard, batch by batch in commit order, until nothing is left or the process stops. */
@Injectable()
@Consumes('persistence')
export class PersistenceConsumer extends JobConsumer<'persistence'> {
  constructor(
    private readonly log: ConversationLog,
    private readonly persist: Persist,
    private readonly settle: Settle,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    super();
  }

  async perform({ shard }: Jobs['persistence'], { signal }: JobContext): Promise<void> {
    const batchMax = this.config.persistBatchMax;
    while (!signal.aborted) {
      const entries = await this.log.outbox(shard, batchMax);
      if (entries.length === 0) return;
      const parked = await this.persist.persist(entries);
      await this.settle.settle(entries, parked);
    }
  }
}
