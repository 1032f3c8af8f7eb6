import { Injectable } from '@nestjs/common';
import type { ConversationId } from '#contracts/primitives.js';
import { BatchDatabase, type Transaction } from '../../../database/database.js';

interface Marks {
  readonly hidden_before_seq: number;
  readonly deleted_before_seq: number;
  readonly last_seq: number;
  readonly is_due: boolean;
}

/** What one range was: how many messages, and whether nothing is left to delete. */
export interface DeletedRange {
  readonly messages: number;
  readonly isLast: boolean;
}

/** Arguments: $1 conversation, $2 seconds after its deletion in which a conversation can be restored. Locks the conversation's row. */
const lockMarks = `
  SELECT hidden_before_seq, deleted_before_seq, last_seq, (deleted_at <= now() - make_interval(secs => $2)) IS TRUE AS is_due
  FROM conversations WHERE id = $1 FOR NO KEY UPDATE`;

/** Arguments: $1 conversation, $2 first seq, $3 end, $4 the most messages. Returns the last of that many messages, null if there is none. */
const findLast = `
  SELECT max(r.seq) AS seq FROM (
    SELECT x.seq FROM messages x WHERE x.conversation_id = $1 AND x.seq >= $2 AND x.seq < $3 ORDER BY x.seq LIMIT $4) r`;

/**
 * Arguments  $1 conversation, whose row is locked, $2 first seq, $3 end (exclusive)
 * Returns    the number of messages deleted
 * Effects    The messages are gone, with all that belongs to them. What they added to a member's `uncounted` is subtracted: own messages and
 *            hidden ones for the one member, tombstones for all members who had not read them. The audit recounts it from the table.
 * How        `width_bucket` says how many of the sorted tombstones a member has read, without a comparison for each.
 */
const deleteMessages = `
  WITH gone AS (
    DELETE FROM messages m WHERE m.conversation_id = $1 AND m.seq >= $2 AND m.seq < $3
    RETURNING m.seq, m.sender_id, m.deleted_at IS NOT NULL AS is_tombstone
  ), unhidden AS (
    DELETE FROM message_hides h WHERE h.conversation_id = $1 AND h.seq >= $2 AND h.seq < $3 RETURNING h.user_id, h.seq
  ), unedited AS (
    DELETE FROM message_edits e WHERE e.conversation_id = $1 AND e.seq >= $2 AND e.seq < $3
  ), unreacted AS (
    DELETE FROM reactions r WHERE r.conversation_id = $1 AND r.seq >= $2 AND r.seq < $3
  ), unsearched AS (
    DELETE FROM message_search s WHERE s.conversation_id = $1 AND s.seq >= $2 AND s.seq < $3
  ), unsaved AS (
    DELETE FROM saved_messages v WHERE v.conversation_id = $1 AND v.seq >= $2 AND v.seq < $3
  ), tombstones AS (
    SELECT COALESCE(array_agg(g.seq ORDER BY g.seq), '{}') AS seqs FROM gone g WHERE g.is_tombstone
  ), personal AS (
    SELECT g.sender_id AS user_id, g.seq FROM gone g WHERE NOT g.is_tombstone
    UNION
    SELECT u.user_id, u.seq FROM unhidden u JOIN gone g ON g.seq = u.seq AND NOT g.is_tombstone
  ), counted AS (
    SELECT x.user_id, count(*)::int AS messages FROM personal p
    JOIN members x ON x.conversation_id = $1 AND x.user_id = p.user_id AND x.read_seq < p.seq GROUP BY x.user_id
    UNION ALL
    SELECT x.user_id, cardinality(t.seqs) - width_bucket(x.read_seq, t.seqs)
    FROM tombstones t JOIN members x ON cardinality(t.seqs) > 0 AND x.conversation_id = $1 AND x.read_seq < $3 AND x.uncounted > 0
  ), corrected AS (
    UPDATE members m SET uncounted = m.uncounted - d.messages
    FROM (SELECT c.user_id, sum(c.messages)::int AS messages FROM counted c GROUP BY c.user_id) d
    WHERE m.conversation_id = $1 AND m.user_id = d.user_id AND d.messages > 0
  )
  SELECT count(*)::int AS messages FROM gone`;

/** Deletes messages in ranges: those that have expired for good, and all of a conversation whose deletion can no longer be undone. */
@Injectable()
export class DeleteRange {
  constructor(private readonly database: BatchDatabase) {}

  /**
   * Deletes the oldest messages that are due, at most `messagesMax`, in one transaction. It is idempotent, and what a crash undoes is
   * found again, so the transaction does not wait for the disk.
   */
  execute(conversationId: ConversationId, undoSeconds: number, messagesMax: number): Promise<DeletedRange> {
    return this.database.transaction(async (tx) => {
      await tx.query('SET LOCAL synchronous_commit = off');
      const [marks] = await tx.prepared<Marks>('retention_lock', lockMarks, [conversationId, undoSeconds]);
      if (marks === undefined) return { messages: 0, isLast: true };
      const from = marks.deleted_before_seq;
      const end = marks.is_due ? marks.last_seq + 1 : marks.hidden_before_seq;
      if (from >= end) return { messages: 0, isLast: true };
      const [last] = await tx.prepared<{ seq: number | null }>('retention_find', findLast, [conversationId, from, end, messagesMax]);
      if (last === undefined || last.seq === null) return this.finish(tx, conversationId, end);
      const [row] = await tx.prepared<{ messages: number }>('retention_delete', deleteMessages, [conversationId, from, last.seq + 1]);
      await moveMark(tx, conversationId, last.seq + 1);
      return { messages: row?.messages ?? 0, isLast: last.seq + 1 >= end };
    });
  }

  private async finish(tx: Transaction, conversationId: ConversationId, end: number): Promise<DeletedRange> {
    await moveMark(tx, conversationId, end);
    return { messages: 0, isLast: true };
  }
}

async function moveMark(tx: Transaction, conversationId: ConversationId, deletedBeforeSeq: number): Promise<void> {
  await tx.prepared('retention_mark', 'UPDATE conversations SET deleted_before_seq = GREATEST(deleted_before_seq, $2) WHERE id = $1', [
    conversationId,
    deletedBeforeSeq,
  ]);
}
