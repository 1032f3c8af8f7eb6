import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../../platform/config/config.js';
import { ConversationLog } from '../../log/conversation-log.js';
import { Consumes, type JobContext, JobConsumer } from '../../queues/job-consumer.js';
import type { Jobs } from '../../queues/job-types.js';
import { Persist } from '../send/persist.js';
import { Settle } from '../send/settle.js';

/**
 * Drains the outbox of one shard, batch by batch in commit order, up to the first batch that is not full, or until the process
 * stops. What came after that batch was read has woken another job: run after it, a batch holds what came in its whole
 * interval, and not the crumbs of the last few milliseconds.
 */
@Injectable()
@Consumes('persistence')
export class PersistenceConsumer extends JobConsumer<'persistence'> {
  constructor(
    private readonly log: ConversationLog,
    private readonly persist: Persist,
    private readonly settle: Settle,
    @Inject(CONFIG) private readonly config: Pick<Config, 'persistBatchMax'>,
  ) {
    super();
  }

  async perform({ shard }: Jobs['persistence'], { signal }: JobContext): Promise<void> {
    const batchMax = this.config.persistBatchMax;
    let isFull = true;
    while (isFull && !signal.aborted) {
      const entries = await this.log.outbox(shard, batchMax);
      isFull = entries.length >= batchMax;
      if (entries.length > 0) await this.settle.settle(entries, await this.persist.persist(entries));
    }
  }
}
