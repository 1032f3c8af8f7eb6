import { Database } from '../../../database/database.js';
import { ApplyEntries } from '../../log/apply-entries.js';
import { ConversationLog } from '../../log/conversation-log.js';
import { JobConsumer, type JobContext, Processor } from '../../queues/job-consumer.js';
import type { Jobs } from '../../queues/job-types.js';

/**
 * Keeps a parked entry on the dashboard with the reason. The first run fails with that reason and does not try the entry, because the
 * entry was refused a moment ago or crashes its process. Every other run is an operator's retry: it persists the entry alone, and fails
 * while the cause lasts.
 */
@Processor('dead-letters')
export class DeadLetterConsumer extends JobConsumer<'dead-letters'> {
  constructor(
    private readonly log: ConversationLog,
    private readonly database: Database,
    private readonly applyEntries: ApplyEntries,
  ) {
    super();
  }

  async perform({ conversationId, rev, reason }: Jobs['dead-letters'], { attempt }: Pick<JobContext, 'attempt'>): Promise<void> {
    const entry = await this.log.parked(conversationId, rev);
    if (entry === undefined) return this.assertGone({ conversationId, rev });
    if (attempt === 1) throw new Error(reason);
    await this.database.transaction((tx) => this.applyEntries.applyParked(tx, entry));
    await this.log.settle([entry]);
  }

  /** The job is added before its entry is parked. If the entry still waits in the outbox, another job follows when it is parked. */
  private async assertGone({ conversationId, rev }: Pick<Jobs['dead-letters'], 'conversationId' | 'rev'>): Promise<void> {
    const range = { afterRev: rev - 1, beforeRev: rev + 1, order: 'asc', limit: 1 } as const;
    const waiting = await this.log.pending(conversationId, range);
    if (waiting.length > 0) throw new Error('the entry is not parked');
  }
}
