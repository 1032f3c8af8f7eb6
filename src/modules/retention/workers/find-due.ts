import { Injectable } from '@nestjs/common';
import type { ConversationId } from '#contracts/primitives.js';
import { BatchDatabase } from '../../../database/database.js';
import { HistoryFloors } from '../../conversations/history-floors.js';

/** A conversation with something to delete. */
export interface DueConversation {
  readonly id: ConversationId;
  /** It was deleted, and its deletion can no longer be undone. */
  readonly isDeleted: boolean;
}

/** Some of the conversations in the order of their ids. `after` is where the next page begins; undefined after the last one. */
export interface DuePage {
  readonly due: readonly DueConversation[];
  readonly after: ConversationId | undefined;
}

interface DueRow {
  readonly id: ConversationId;
  readonly is_deleted: boolean;
  readonly is_due: boolean;
}

/** Conversations that one statement examines: each costs a look-up of its oldest message. */
const pageSize = 1000;
const firstId = '00000000-0000-0000-0000-000000000000';

/** Finds conversations with expired messages, and deleted ones whose time to be restored is over. */
@Injectable()
export class FindDue {
  private readonly statement: string;

  constructor(
    private readonly database: BatchDatabase,
    floors: HistoryFloors,
  ) {
    this.statement = selectDue(floors.retentionSql(), floors.hasDefault);
  }

  /** Examines the conversations after an id, at most a thousand. */
  async readPage(after: ConversationId | undefined, undoSeconds: number): Promise<DuePage> {
    const rows = await this.database.prepared<DueRow>('retention_due', this.statement, [after ?? firstId, undoSeconds, pageSize]);
    const due = rows.filter((row) => row.is_due).map((row) => ({ id: row.id, isDeleted: row.is_deleted }));
    return { due, after: rows.length < pageSize ? undefined : rows.at(-1)?.id };
  }
}

/**
 * Arguments  $1 an id, $2 seconds in which a deletion can be undone, $3 limit
 * Returns    the next conversations in the order of their ids, and whether something of them has to be deleted
 * How        Without a default retention the partial index holds the few conversations that matter; with one, all of them do.
 */
function selectDue(retention: string, hasDefault: boolean): string {
  const some =
    "(c.deleted_at IS NOT NULL OR c.policy ->> 'retentionSeconds' IS NOT NULL OR c.deleted_before_seq < c.hidden_before_seq) AND ";
  return `
    SELECT c.id, c.deleted_at IS NOT NULL AS is_deleted,
      CASE WHEN c.deleted_at IS NOT NULL THEN c.deleted_at <= now() - make_interval(secs => $2)
        ELSE c.deleted_before_seq < c.hidden_before_seq OR COALESCE((
          SELECT x.created_at FROM messages x WHERE x.conversation_id = c.id AND x.seq >= c.hidden_before_seq ORDER BY x.seq LIMIT 1
        ) <= now() - make_interval(secs => ${retention}), false) END AS is_due
    FROM conversations c WHERE ${hasDefault ? '' : some}c.id > $1 ORDER BY c.id LIMIT $3`;
}
