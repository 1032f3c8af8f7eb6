import { Injectable, Logger } from '@nestjs/common';
import { z } from 'zod';
import { BatchDatabase, type Transaction } from '../../../database/database.js';
import { errorCode } from '#platform/errors/error-facts.js';
import { isDataRefused, isStatementTimeout } from '#platform/errors/postgres-errors.js';
import { faultPoint } from '#platform/fault-points.js';
import { metrics } from '#platform/metrics.js';
import { ApplyEntries } from '../../log/apply-entries.js';
import type { LogEntry } from '../../log/draft.js';
import { UnknownEntryError } from '../../log/entry-appliers.js';
import { QueueProducer } from '../../queues/queue-producer.js';

/** `tight`: for the parts of a batch that timed out with the connection's usual timeouts. */
type Timeouts = 'usual' | 'tight';

/** Milliseconds. The lock timeout comes first, and fails the job: waiting for another transaction's lock is not the entries' fault. */
const tightTimeouts = { statementMs: 2000, lockMs: 1500 };
/** Parts of a batch whose data was refused: a refusal is immediate. */
const partsOfRefused = 2;
/** Parts of a batch that timed out: each part with the culprit costs its whole timeout, so few levels are better. */
const partsOfTimedOut = 10;
/** The job has to run after the entry is parked. One that runs earlier fails, and the next run on the batch adds another job. */
const deadLetterDelayMs = 2000;

/**
 * Step 4: writes entries of the log to the tables, one transaction per batch, exactly once. A batch whose data storage refuses, or
 * that times out, is divided until the poison entry is alone. When storage does not answer, the job fails and is retried.
 */
@Injectable()
export class Persist {
  private readonly logger = new Logger(Persist.name);

  constructor(
    private readonly database: BatchDatabase,
    private readonly applyEntries: ApplyEntries,
    private readonly producer: QueueProducer,
  ) {}

  /** Persists all but the poison entries, parks those and returns them. Later entries of their conversations are persisted nevertheless. */
  async execute(entries: readonly LogEntry[], timeouts: Timeouts = 'usual'): Promise<LogEntry[]> {
    if (entries.length === 0) return [];
    try {
      await this.persistBatch(entries, timeouts);
      return [];
    } catch (error) {
      if (isDataFault(error))
        return entries.length > 1 ? this.persistParts(entries, partsOfRefused, timeouts) : this.parkAll(entries, error);
      if (!isStatementTimeout(error)) throw error;
      if (entries.length > 1) return this.persistParts(entries, partsOfTimedOut, 'tight');
      if (timeouts === 'usual') return this.execute(entries, 'tight');
      await this.requireWritableStorage();
      return this.parkAll(entries, error);
    }
  }

  /**
   * Sets one entry aside. The dead-letter job is added first: a crash after that leaves the entry in the outbox, where the next run
   * finds it again. In the other order a crash would leave an entry parked without a job that reports it.
   */
  async parkEntry(entry: LogEntry, reason: string): Promise<void> {
    const { conversationId, rev, kind } = entry;
    const job = { conversationId, rev, kind, reason };
    const options = { deduplicationId: `${conversationId}-${rev}`, delayMs: deadLetterDelayMs };
    await this.producer.add('dead-letters', 'retry-entry', job, options);
    await this.database.transaction((tx) => this.applyEntries.skip(tx, entry, reason));
    this.logger.error({ conversationId, rev, kind, reason }, 'an entry cannot be persisted');
  }

  private async persistBatch(entries: readonly LogEntry[], timeouts: Timeouts): Promise<void> {
    const startedAt = performance.now();
    faultPoint('persist.before');
    await this.database.transaction(async (tx) => {
      if (timeouts === 'tight') await setTightTimeouts(tx);
      await this.applyEntries.applyUnawaited(tx, entries);
      faultPoint('persist.inside');
    });
    metrics.countPersistedRows(entries.length);
    metrics.stepDurations('persist').observe((performance.now() - startedAt) / 1000);
  }

  private async persistParts(entries: readonly LogEntry[], parts: number, timeouts: Timeouts): Promise<LogEntry[]> {
    const size = Math.ceil(entries.length / parts);
    const parked: LogEntry[] = [];
    for (let start = 0; start < entries.length; start += size)
      parked.push(...(await this.execute(entries.slice(start, start + size), timeouts)));
    return parked;
  }

  private async parkAll(entries: readonly LogEntry[], error: unknown): Promise<LogEntry[]> {
    for (const entry of entries) await this.parkEntry(entry, reasonOf(error));
    return [...entries];
  }

  /** Rejects when storage takes no writes at all: then the time-out is no entry's fault. */
  private async requireWritableStorage(): Promise<void> {
    await this.database.transaction(async (tx) => {
      await setTightTimeouts(tx);
      await tx.prepared('persist_try', 'SELECT pg_current_xact_id()', []);
    });
  }
}

/** Sets the timeouts until the end of the transaction. */
async function setTightTimeouts(tx: Transaction): Promise<void> {
  const timeouts = [String(tightTimeouts.statementMs), String(tightTimeouts.lockMs)];
  await tx.prepared('persist_timeouts', "SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true)", timeouts);
}

/** Whether a retry cannot help: storage refused the data, or the entry fits no schema, or its kind has no applier. All else is temporary. */
function isDataFault(error: unknown): boolean {
  return error instanceof z.ZodError || error instanceof UnknownEntryError || isDataRefused(error);
}

/** What went wrong, without the data: Postgres' messages may quote values, its codes and the names of constraints do not. */
function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  const code = errorCode(error);
  const constraint = 'constraint' in error && typeof error.constraint === 'string' ? `, constraint ${error.constraint}` : '';
  return `${code === undefined ? error.constructor.name : `SQLSTATE ${code}`}${constraint}`;
}
