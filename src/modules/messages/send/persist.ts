import { Injectable, Logger } from '@nestjs/common';
import { BatchDatabase, type Transaction } from '../../../database/database.js';
import { isStatementTimeout } from '#platform/errors/postgres-errors.js';
import { faultPoint } from '#platform/fault-points.js';
import { metrics } from '#platform/metrics.js';
import { ApplyEntries } from '../../log/apply-entries.js';
import type { LogEntry } from '../../log/draft.js';
import { QueueProducer } from '../../queues/queue-producer.js';
import { isDataFault } from './data-fault.js';

/**
 * Milliseconds for a statement, and for a wait for a lock in it, with a part of a batch that did not come back within the time of
 * the connections. Who waits for a lock waits for somebody else, and is not to blame.
 */
const hurry = { statementMs: 2000, lockMs: 1500 };
/** Parts of a refused batch: it is refused at once. */
const refusedParts = 2;
/** Parts of a batch that did not come back: each that has the culprit costs its whole time, so that few levels are better. */
const endlessParts = 10;

/** The job must not come before the entry is parked; if it does, it fails, and the batch that is still there adds another. */
const deadLetterDelayMs = 2000;

/**
 * Step 4: entries of the log into the tables, one transaction per batch, exactly once. A batch that storage refuses for its data,
 * or never comes back from, is divided until the poison stands alone; a storage that does not answer fails the job, which is repeated.
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
  async persist(entries: readonly LogEntry[], isHurried = false): Promise<LogEntry[]> {
    if (entries.length === 0) return [];
    try {
      await this.apply(entries, isHurried);
      return [];
    } catch (error) {
      if (isDataFault(error))
        return entries.length > 1 ? this.persistParts(entries, refusedParts, isHurried) : this.setAside(entries, error);
      if (!isStatementTimeout(error)) throw error;
      if (entries.length > 1) return this.persistParts(entries, endlessParts, true);
      if (!isHurried) return this.persist(entries, true);
      await this.tryStorage();
      return this.setAside(entries, error);
    }
  }

  private async apply(entries: readonly LogEntry[], isHurried: boolean): Promise<void> {
    const startedAt = performance.now();
    faultPoint('persist.before');
    await this.database.transaction(async (tx) => {
      if (isHurried) await hurryUp(tx);
      await this.applyEntries.applyUnawaited(tx, entries);
      faultPoint('persist.inside');
    });
    metrics.persistedRows(entries.length);
    metrics.step('persist').observe((performance.now() - startedAt) / 1000);
  }

  private async persistParts(entries: readonly LogEntry[], parts: number, isHurried: boolean): Promise<LogEntry[]> {
    const size = Math.ceil(entries.length / parts);
    const parked: LogEntry[] = [];
    for (let start = 0; start < entries.length; start += size)
      parked.push(...(await this.persist(entries.slice(start, start + size), isHurried)));
    return parked;
  }

  /** Rejects when nothing at all can be written: then no entry is to blame for not coming back. */
  private async tryStorage(): Promise<void> {
    await this.database.transaction(async (tx) => {
      await hurryUp(tx);
      await tx.prepared('persist_try', 'SELECT pg_current_xact_id()', []);
    });
  }

  private async setAside(entries: readonly LogEntry[], error: unknown): Promise<LogEntry[]> {
    for (const entry of entries) await this.park(entry, reasonOf(error));
    return [...entries];
  }

  /** Sets an entry aside. The job first: a crash in between leaves the entry in the outbox, to be found again, and none is parked that nobody was told of. */
  async park(entry: LogEntry, reason: string): Promise<void> {
    const { conversationId, rev, kind } = entry;
    const job = { conversationId, rev, kind, reason };
    const options = { deduplicationId: `${conversationId}-${rev}`, delayMs: deadLetterDelayMs };
    await this.producer.add('dead-letters', 'retry-entry', job, options);
    await this.database.transaction((tx) => this.applyEntries.skip(tx, entry, reason));
    this.logger.error({ conversationId, rev, kind, reason }, 'an entry cannot be persisted');
  }
}

/** Sets the limits until the end of the transaction. */
async function hurryUp(tx: Transaction): Promise<void> {
  const limits = [String(hurry.statementMs), String(hurry.lockMs)];
  await tx.prepared('persist_hurry', "SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true)", limits);
}

/** Says what went wrong without what was written: Postgres' own messages can quote values, its codes and names cannot. */
function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  const code = 'code' in error && typeof error.code === 'string' ? `SQLSTATE ${error.code}` : error.constructor.name;
  const constraint = 'constraint' in error && typeof error.constraint === 'string' ? `, constraint ${error.constraint}` : '';
  return `${code}${constraint}`;
}
