import { Injectable } from '@nestjs/common';
import { faultPoint } from '../../../platform/fault-points.js';
import { metrics } from '../../../platform/metrics.js';
import { ConversationLog } from '../../log/conversation-log.js';
import type { LogEntry } from '../../log/draft.js';
import { QueueProducer } from '../../queues/queue-producer.js';
import type { PoisonEntry } from './persist.js';

const retryDelayMs = 2000;

/** Step 5: the log lets go of what storage holds. Poison entries are parked in the log and told to the dead-letter queue. */
@Injectable()
export class Settle {
  constructor(
    private readonly log: ConversationLog,
    private readonly producer: QueueProducer,
  ) {}

  /** Settles a batch. Repeating it after a crash changes nothing. */
  async settle(entries: readonly LogEntry[], poison: readonly PoisonEntry[]): Promise<void> {
    const startedAt = performance.now();
    for (const { entry, reason } of poison) await this.park(entry, reason);
    const parked = new Set(poison.map(({ entry }) => entry));
    faultPoint('settle.before');
    await this.log.settle(entries.filter((entry) => !parked.has(entry)));
    faultPoint('settle.after');
    metrics.step('settle').observe((performance.now() - startedAt) / 1000);
  }

  /** The job first, and late enough to find the entry parked: a crash in between leaves the entry in the outbox, to be found again. */
  private async park(entry: LogEntry, reason: string): Promise<void> {
    const { conversationId, rev, kind } = entry;
    const job = { conversationId, rev, kind, reason };
    await this.producer.add('dead-letters', 'retry-entry', job, { deduplicationId: `${conversationId}-${rev}`, delayMs: retryDelayMs });
    await this.log.park(entry, reason);
  }
}
