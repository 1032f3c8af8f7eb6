import { Injectable } from '@nestjs/common';
import type { ConversationId } from '#contracts/primitives.js';
import type { Transaction } from '../../database/database.js';
import { plainArray } from '../../database/plain-array.js';
import { ConversationLog } from './conversation-log.js';
import type { LogEntry } from './draft.js';
import { EntryAppliers } from './entry-appliers.js';

/**
 * Brings entries into storage exactly once and in order: the conversations' rows are locked (in id order, so that two
 * transactions never wait for each other in a ring), what lies at or below a conversation's persisted mark is skipped,
 * and the mark moves with the rest in the same transaction.
 */
@Injectable()
export class ApplyEntries {
  constructor(
    private readonly appliers: EntryAppliers,
    private readonly log: ConversationLog,
  ) {}

  /** `entries` are in `rev` order per conversation, without gaps above the persisted mark. */
  async apply(tx: Transaction, entries: readonly LogEntry[]): Promise<void> {
    const marks = await this.lock(tx, entries);
    const fresh = entries.filter((entry) => entry.rev > (marks.get(entry.conversationId) ?? 0));
    if (fresh.length === 0) return;
    await this.log.fence(tx, fresh);
    await this.appliers.apply(tx, fresh);
    await this.moveMarks(tx, fresh);
  }

  /**
   * The same for a batch that nobody waits for: where the log keeps the entries until they are on the disk, the transaction does
   * not wait for that. Not for a change that is answered when it is stored: readers look for it there.
   */
  async applyUnawaited(tx: Transaction, entries: readonly LogEntry[]): Promise<void> {
    if (this.log.keepsUntilStored) await tx.query('SET LOCAL synchronous_commit = off');
    await this.apply(tx, entries);
  }

  /** Applies one entry whatever the mark says: for a parked one, which the mark has passed. */
  async applyParked(tx: Transaction, entry: LogEntry): Promise<void> {
    await this.lock(tx, [entry]);
    await this.log.fence(tx, [entry]);
    await this.appliers.apply(tx, [entry]);
  }

  /**
   * Sets an entry aside and moves the mark past it, so that the conversation's later entries are not held up. Parked first:
   * below the mark an entry of the outbox counts as persisted, and a worker that takes over would let go of it.
   */
  async skip(tx: Transaction, entry: LogEntry, reason: string): Promise<void> {
    await this.lock(tx, [entry]);
    await this.log.fence(tx, [entry]);
    await this.log.park(entry, reason);
    await this.moveMarks(tx, [entry]);
  }

  private async lock(tx: Transaction, entries: readonly LogEntry[]): Promise<Map<ConversationId, number>> {
    const ids = [...new Set(entries.map((entry) => entry.conversationId))];
    const rows = await tx.prepared<{ id: ConversationId; last_rev: number }>(
      'apply_lock',
      'SELECT id, last_rev FROM conversations WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE',
      [plainArray(ids)],
    );
    return new Map(rows.map((row) => [row.id, row.last_rev]));
  }

  private async moveMarks(tx: Transaction, entries: readonly LogEntry[]): Promise<void> {
    const marks = new Map<ConversationId, { seq: number; rev: number; at: Date | null }>();
    for (const entry of entries) {
      const known = marks.get(entry.conversationId) ?? { seq: 0, rev: 0, at: null };
      marks.set(entry.conversationId, {
        seq: Math.max(known.seq, entry.seq ?? 0),
        rev: Math.max(known.rev, entry.rev),
        at: entry.seq === null ? known.at : entry.at,
      });
    }
    const values = [...marks.values()];
    await tx.prepared(
      'apply_marks',
      `UPDATE conversations c
       SET last_seq = GREATEST(c.last_seq, m.seq), last_rev = GREATEST(c.last_rev, m.rev), last_message_at = COALESCE(m.at, c.last_message_at)
       FROM unnest($1::uuid[], $2::int[], $3::int[], $4::timestamptz[]) AS m (id, seq, rev, at)
       WHERE c.id = m.id`,
      [
        plainArray([...marks.keys()]),
        plainArray(values.map((mark) => mark.seq)),
        plainArray(values.map((mark) => mark.rev)),
        plainArray(values.map((mark) => mark.at?.toISOString() ?? null)),
      ],
    );
  }
}
