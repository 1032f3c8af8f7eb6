import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import type { UserId } from '#contracts/primitives.js';
import type { Transaction } from '../../../database/database.js';
import { Applies } from '../../log/applies.js';
import type { LogEntry } from '../../log/draft.js';
import type { Change } from './run-change.js';

const ConversationDeleted = z.object({});

/** The conversation ends for all its members. */
export function conversationDeleted(actorId: UserId): Change {
  return {
    kind: 'conversation.deleted',
    actorId,
    body: {},
    affects: 'settings',
    announce: ({ rooms, emitter }, { conversationId }) => {
      emitter.toConversation(conversationId, 'conversation.removed', { id: conversationId, reason: 'deleted' });
      rooms.closeConversation(conversationId);
    },
  };
}

/**
 * Arguments  $1 conversation, $2 rev, $3 time
 * Effects    The conversation has no members any more; its name and its pair are free and its invites are gone. Its messages stay in storage, where no
 *            route reaches them, until retention purges them; before that an operator can restore the conversation.
 */
const applyDeleted = `
  WITH deleted AS (
    UPDATE conversations SET deleted_at = $3, updated_at = $3, former_name = name, name = NULL, direct_key = NULL, settings_rev = $2, member_count = 0
    WHERE id = $1 AND deleted_at IS NULL AND settings_rev < $2
    RETURNING id
  ), uninvited AS (
    DELETE FROM invites WHERE conversation_id IN (SELECT id FROM deleted)
  )
  UPDATE members SET left_at = $3, left_reason = 'deleted', rev = $2
  WHERE conversation_id IN (SELECT id FROM deleted) AND left_at IS NULL AND rev < $2`;

/** Stores that a conversation was deleted. */
@Injectable()
export class ConversationDeletedApplier {
  @Applies('conversation.deleted', ConversationDeleted)
  async apply(tx: Transaction, { conversationId, rev, at }: LogEntry): Promise<void> {
    await tx.query(applyDeleted, [conversationId, rev, at]);
  }
}
