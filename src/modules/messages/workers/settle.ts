import { Injectable } from '@nestjs/common';
import { faultPoint } from '#platform/fault-points.js';
import { metrics } from '#platform/metrics.js';
import { ConversationLog } from '../../log/conversation-log.js';
import type { LogEntry } from '../../log/draft.js';

/** Step 5: the log drops what storage has. */
@Injectable()
export class Settle {
  constructor(private readonly log: ConversationLog) {}

  /** Settles a batch except for its parked entries. Idempotent, so it may be repeated after a crash. */
  async execute(entries: readonly LogEntry[], parked: readonly LogEntry[]): Promise<void> {
    const startedAt = performance.now();
    const isParked = new Set(parked);
    faultPoint('settle.before');
    await this.log.settle(entries.filter((entry) => !isParked.has(entry)));
    faultPoint('settle.after');
    metrics.stepDurations('settle').observe((performance.now() - startedAt) / 1000);
  }
}
