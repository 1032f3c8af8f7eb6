import { Injectable } from '@nestjs/common';
import type { ReceiptAdvance } from '../queues/job-types.js';
import { QueueProducer } from '../queues/queue-producer.js';

const advancesPerJobMax = 1000;

interface Waiting {
  readonly advances: readonly ReceiptAdvance[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Stores cursor moves as jobs. What arrives while one write is under way goes into the next one together: a busy server
 * makes few large jobs, an idle one waits for nothing.
 */
@Injectable()
export class AdvanceWriter {
  private waiting: Waiting[] = [];
  private isRunning = false;

  constructor(private readonly producer: QueueProducer) {}

  /** Resolves once the moves are stored in the queue. Rejects when it cannot take them; nothing is stored then. */
  write(advances: readonly ReceiptAdvance[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ advances, resolve, reject });
      if (this.isRunning) return;
      this.isRunning = true;
      setImmediate(() => void this.run());
    });
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      const group = this.waiting;
      this.waiting = [];
      try {
        await this.producer.addBulk('receipts', jobsOf(group.flatMap(({ advances }) => advances)));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.isRunning = false;
  }
}

function jobsOf(advances: readonly ReceiptAdvance[]) {
  const jobs: Array<{ jobName: string; data: { advances: ReceiptAdvance[] } }> = [];
  for (let start = 0; start < advances.length; start += advancesPerJobMax) {
    jobs.push({ jobName: 'advance-cursors', data: { advances: advances.slice(start, start + advancesPerJobMax) } });
  }
  return jobs;
}
