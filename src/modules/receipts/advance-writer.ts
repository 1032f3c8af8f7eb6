import { Injectable } from '@nestjs/common';
import { Batcher } from '#platform/batcher.js';
import type { ReceiptAdvance } from '../queues/job-types.js';
import { QueueProducer } from '../queues/queue-producer.js';

const advancesPerJobMax = 1000;

/**
 * Stores cursor moves as jobs. What arrives while one write is under way goes into the next one together: a busy server
 * makes few large jobs, an idle one waits for nothing.
 */
@Injectable()
export class AdvanceWriter {
  private readonly batcher = new Batcher<readonly ReceiptAdvance[]>((all) => this.producer.addBulk('receipts', jobsOf(all.flat())));

  constructor(private readonly producer: QueueProducer) {}

  /** Resolves once the moves are stored in the queue. Rejects when it cannot take them; nothing is stored then. */
  write(advances: readonly ReceiptAdvance[]): Promise<void> {
    return this.batcher.addItem(advances);
  }
}

function jobsOf(advances: readonly ReceiptAdvance[]) {
  const jobs: Array<{ jobName: string; data: { advances: ReceiptAdvance[] } }> = [];
  for (let start = 0; start < advances.length; start += advancesPerJobMax) {
    jobs.push({ jobName: 'advance-cursors', data: { advances: advances.slice(start, start + advancesPerJobMax) } });
  }
  return jobs;
}
