import { Injectable, Logger } from '@nestjs/common';
import { BatchDatabase } from '../../../database/database.js';
import { faultPoint } from '../../../platform/fault-points.js';
import { metrics } from '../../../platform/metrics.js';
import { ApplyEntries } from '../../log/apply-entries.js';
import type { LogEntry } from '../../log/draft.js';
import { QueueProducer } from '../../queues/queue-producer.js';
import { isDataFault } from './data-fault.js';

/** The job must not come before the entry is parked; if it does, it fails, and the batch that is still there adds another. */
const deadLetterDelayMs = 2000;

/**
 * Step 4: entries of the log into the tables, one transaction per batch, exactly once. A batch that storage refuses for
 * its data is bisected until the poison stands alone; a storage that does not answer fails the job, which is repeated.
 */
@Injectable()
export class Persist {
  private readonly logger = new Logger(Persist.name);

  constructor(
    private readonly database: BatchDatabase,
    private readonly applyEntries: ApplyEntries,
    private readonly producer: QueueProducer,
  ) {}

  /** Persists all but the poison entries, which are parked and answered; later entries of their conversations are persisted all the same. */
  async persist(entries: readonly LogEntry[]): Promise<LogEntry[]> {
    if (entries.length === 0) return [];
    const startedAt = performance.now();
    try {
      faultPoint('persist.before');
      await this.database.transaction(async (tx) => {
        await this.applyEntries.applyUnawaited(tx, entries);
        faultPoint('persist.inside');
      });
      metrics.persistedRows(entries.length);
      metrics.step('persist').observe((performance.now() - startedAt) / 1000);
      return [];
    } catch (error) {
      if (!isDataFault(error)) throw error;
      return entries.length > 1 ? this.bisect(entries) : this.setAside(entries, error);
    }
  }

  private async bisect(entries: readonly LogEntry[]): Promise<LogEntry[]> {
    const middle = Math.ceil(entries.length / 2);
    const first = await this.persist(entries.slice(0, middle));
    return [...first, ...(await this.persist(entries.slice(middle)))];
  }

  private async setAside(entries: readonly LogEntry[], error: unknown): Promise<LogEntry[]> {
    for (const entry of entries) await this.park(entry, reasonOf(error));
    return [...entries];
  }

  /** The job first: a crash in between leaves the entry in the outbox, to be found again, and none is parked that nobody was told of. */
  private async park(entry: LogEntry, reason: string): Promise<void> {
    const { conversationId, rev, kind } = entry;
    const job = { conversationId, rev, kind, reason };
    const options = { deduplicationId: `${conversationId}-${rev}`, delayMs: deadLetterDelayMs };
    await this.producer.add('dead-letters', 'retry-entry', job, options);
    await this.database.transaction((tx) => this.applyEntries.skip(tx, entry, reason));
    this.logger.error({ conversationId, rev, kind, reason }, 'an entry cannot be persisted');
  }
}

/** Says what went wrong without what was written: Postgres' own messages can quote values, its codes and names cannot. */
function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  const code = 'code' in error && typeof error.code === 'string' ? `SQLSTATE ${error.code}` : error.constructor.name;
  const constraint = 'constraint' in error && typeof error.constraint === 'string' ? `, constraint ${error.constraint}` : '';
  return `${code}${constraint}`;
}
