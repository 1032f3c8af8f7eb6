import { Injectable } from '@nestjs/common';
import type { ConversationId } from '#contracts/primitives.js';
import type { Transaction } from '../../database/database.js';
import { plainArray } from '../../database/plain-array.js';
import { ConversationLog } from './conversation-log.js';
import type { LogEntry } from './draft.js';
import { EntryAppliers } from './entry-appliers.js';

/**
 * Writes entries to storage exactly once and in order. Locks the rows of their conversations (in id order, so that two transactions
 * never deadlock), skips entries at or below a conversation's persisted mark, and moves the mark in the same transaction.
 */
@Injectable()
export class ApplyEntries {
  constructor(
    private readonly appliers: EntryAppliers,
    private readonly log: ConversationLog,
  ) {}

  /** `entries` must be in `rev` order per conversation, without gaps above the persisted mark. */
  async apply(tx: Transaction, entries: readonly LogEntry[]): Promise<void> {
    const marks = await this.lock(tx, entries);
    const fresh = entries.filter((entry) => entry.rev > (marks.get(entry.conversationId) ?? 0));
    if (fresh.length === 0) return;
    await this.log.fence(tx, fresh);
    await this.appliers.apply(tx, fresh);
    await this.moveMarks(tx, fresh);
  }

  /**
   * Applies a batch that no client waits for: if the log keeps the entries until they are on disk, the transaction does not wait for
   * the disk. Not for a change whose answer requires that it is stored, because readers look for it in storage.
   */
  async applyUnawaited(tx: Transaction, entries: readonly LogEntry[]): Promise<void> {
    if (this.log.keepsUntilStored) await tx.query('SET LOCAL synchronous_commit = off');
    await this.apply(tx, entries);
  }

  /** Applies one parked entry, although the persisted mark has passed it. */
  async applyParked(tx: Transaction, entry: LogEntry): Promise<void> {
    await this.lock(tx, [entry]);
    await this.log.fence(tx, [entry]);
    await this.appliers.apply(tx, [entry]);
  }

  /**
   * Parks an entry and moves the mark past it, so that it does not block the conversation's later entries. It is parked first, because
   * an outbox entry below the mark counts as persisted, and a worker that takes over would settle it.
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
