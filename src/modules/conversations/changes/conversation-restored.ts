import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { Transaction } from '../../../database/database.js';
import { Applies } from '../../log/applies.js';
import type { LogEntry } from '../../log/draft.js';

const ConversationRestored = z.object({});

/**
 * Arguments  $1 conversation, $2 rev, $3 time
 * Effects    The conversation is not deleted any more, and those who were its members then are members again. It gets its name back unless
 *            another conversation has taken it.
 */
const applyRestored = `
  WITH restored AS (
    UPDATE conversations c SET deleted_at = NULL, former_name = NULL, settings_rev = $2, updated_at = greatest(updated_at, $3),
      name = CASE WHEN c.visibility = 'public'
          AND EXISTS (SELECT 1 FROM conversations o WHERE o.visibility = 'public' AND o.name = c.former_name AND o.id <> c.id)
        THEN NULL ELSE c.former_name END,
      member_count = (SELECT count(*) FROM members m WHERE m.conversation_id = $1 AND m.left_reason = 'deleted')
    WHERE c.id = $1 AND c.deleted_at IS NOT NULL AND c.settings_rev < $2
    RETURNING c.id
  )
  UPDATE members SET left_at = NULL, left_reason = NULL, rev = $2
  WHERE conversation_id IN (SELECT id FROM restored) AND left_reason = 'deleted' AND rev < $2`;

/** Stores that a deleted conversation was restored. */
@Injectable()
export class ConversationRestoredApplier {
  @Applies('conversation.restored', ConversationRestored)
  async apply(tx: Transaction, { conversationId, rev, at }: LogEntry): Promise<void> {
    await tx.query(applyRestored, [conversationId, rev, at]);
  }
}
