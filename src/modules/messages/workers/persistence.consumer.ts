import { Inject } from '@nestjs/common';
import { CONFIG, type Config } from '#platform/config/config.js';
import { ConversationLog } from '../../log/conversation-log.js';
import { JobConsumer, type JobContext, type JobReport, Processor } from '../../queues/job-consumer.js';
import type { Jobs } from '../../queues/job-types.js';
import { Persist } from './persist.js';
import { PersistOneByOne } from './persist-one-by-one.js';
import { Settle } from './settle.js';

/**
 * Drains the outbox of one shard in batches and in commit order, until a batch is not full or the process stops. Entries that arrived
 * after the last batch was read have woken another job: that job comes an interval later, so its batch holds a whole interval's entries
 * rather than those of a few milliseconds. If the job was taken over from a process that died, the first batch of the outbox is the one
 * that was in work then, so it is persisted entry by entry.
 */
@Processor('persistence')
export class PersistenceConsumer extends JobConsumer<'persistence'> {
  constructor(
    private readonly log: ConversationLog,
    private readonly persist: Persist,
    private readonly oneByOne: PersistOneByOne,
    private readonly settle: Settle,
    @Inject(CONFIG) private readonly config: Pick<Config, 'persistBatchMax'>,
  ) {
    super();
  }

  /** Reports the number of entries and, in milliseconds, how long the oldest had waited in the log. */
  async perform({ shard }: Jobs['persistence'], { signal, takeOvers, startedAt }: JobContext): Promise<JobReport> {
    const batchMax = this.config.persistBatchMax;
    let isSuspect = takeOvers > 0;
    let isFull = true;
    const report = { shard, entries: 0, parkedEntries: 0, oldestEntryMs: 0 };
    while (isFull && !signal.aborted) {
      const entries = await this.log.outbox(shard, batchMax);
      isFull = entries.length >= batchMax;
      if (entries[0] === undefined) break;
      if (report.entries === 0) report.oldestEntryMs = Math.max(0, startedAt - entries[0].at.getTime());
      const parked = isSuspect ? await this.oneByOne.execute(shard, entries) : await this.persist.execute(entries);
      await this.settle.execute(entries, parked);
      report.entries += entries.length;
      report.parkedEntries += parked.length;
      isSuspect = false;
    }
    return report;
  }
}
