import { Injectable } from '@nestjs/common';
import { faultPoint } from '#platform/fault-points.js';
import { metrics } from '#platform/metrics.js';
import { ConversationLog } from '../../log/conversation-log.js';
import type { LogEntry } from '../../log/draft.js';

/** Step 5: the log lets go of what storage holds. */
@Injectable()
export class Settle {
  constructor(private readonly log: ConversationLog) {}

  /** Settles a batch, but for the entries of it that were parked. Repeating it after a crash changes nothing. */
  async settle(entries: readonly LogEntry[], parked: readonly LogEntry[]): Promise<void> {
    const startedAt = performance.now();
    const aside = new Set(parked);
    faultPoint('settle.before');
    await this.log.settle(entries.filter((entry) => !aside.has(entry)));
    faultPoint('settle.after');
    metrics.step('settle').observe((performance.now() - startedAt) / 1000);
  }
}
