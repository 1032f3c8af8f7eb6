import { Injectable } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Database } from '../../database/database.js';
import { countUncounted } from './infra/uncounted.sql.js';

/** A member whose stored count of uncounted messages differs from a recount. */
export interface DriftedCount {
  readonly conversationId: ConversationId;
  readonly userId: UserId;
  readonly stored: number;
  readonly counted: number;
}

interface AuditRow {
  user_id: UserId;
  stored: number;
  counted: number;
}

/** Recounts the stored `uncounted` of all members. `parley unread verify [--fix]` runs it. */
@Injectable()
export class UnreadAudit {
  constructor(private readonly database: Database) {}

  /** Checks all conversations, each under its row lock. With `fix` it corrects counts that differ. */
  async verify(fix: boolean): Promise<{ checked: number; drifted: DriftedCount[] }> {
    const drifted: DriftedCount[] = [];
    let checked = 0;
    let after: ConversationId | null = null;
    for (;;) {
      const next: Array<{ id: ConversationId }> = await this.database.query(
        'SELECT id FROM conversations WHERE deleted_at IS NULL AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT 500',
        [after],
      );
      for (const { id } of next) {
        const rows = await this.recount(id, fix);
        checked += rows.length;
        drifted.push(
          ...rows
            .filter((row) => row.stored !== row.counted)
            .map((row) => ({ conversationId: id, userId: row.user_id, stored: row.stored, counted: row.counted })),
        );
      }
      after = next.at(-1)?.id ?? null;
      if (after === null) return { checked, drifted };
    }
  }

  private recount(id: ConversationId, fix: boolean): Promise<AuditRow[]> {
    return this.database.transaction(async (tx) => {
      await tx.query('SELECT FROM conversations WHERE id = $1 FOR NO KEY UPDATE', [id]);
      const rows = await tx.query<AuditRow>(
        `SELECT m.user_id, m.uncounted AS stored, ${countUncounted('m.conversation_id', 'm.user_id', 'm.read_seq')} AS counted
         FROM members m WHERE m.conversation_id = $1 AND m.left_at IS NULL`,
        [id],
      );
      const wrong = rows.filter((row) => row.stored !== row.counted);
      if (fix && wrong.length > 0) {
        await tx.query(
          `UPDATE members m SET uncounted = v.counted FROM unnest($2::uuid[], $3::int[]) AS v (user_id, counted)
           WHERE m.conversation_id = $1 AND m.user_id = v.user_id`,
          [id, wrong.map((row) => row.user_id), wrong.map((row) => row.counted)],
        );
      }
      return rows;
    });
  }
}
