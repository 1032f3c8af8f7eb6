import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Policy, Visibility } from '#contracts/conversations/schemas.js';
import { Metadata, type UserId } from '#contracts/primitives.js';
import { foldText } from '#platform/fold-text.js';
import type { Transaction } from '../../../database/database.js';
import { Applies } from '../../log/applies.js';
import type { LogEntry } from '../../log/draft.js';
import type { LockedState } from '../infra/locked-state.js';
import { presentConversation } from '../read/conversation-row.js';
import type { Change } from './run-change.js';

const ConversationUpdated = z.object({
  name: z.string().nullable(),
  title: z.string().nullable(),
  visibility: Visibility,
  policy: Policy,
  metadata: Metadata,
});
/** The settings of a conversation that can change. */
export type ConversationSettings = z.output<typeof ConversationUpdated>;

/** The conversation's settings become `settings`. */
export function conversationUpdated({ conversation, at }: LockedState, actorId: UserId, settings: ConversationSettings): Change {
  const row = { ...conversation, ...settings, updated_at: at };
  return {
    kind: 'conversation.updated',
    actorId,
    body: settings,
    affects: 'settings',
    announce: ({ emitter }, { conversationId, rev, epoch }) =>
      emitter.toConversation(conversationId, 'conversation.updated', presentConversation(row, { epoch, seq: row.last_seq, rev }, null)),
  };
}

/**
 * Arguments  $1 conversation, $2 name, $3 title, $4 visibility, $5 policy, $6 metadata, $7 rev, $8 time, $9 folded title
 * Effects    The settings are replaced. A public name was claimed when the change was decided. If the process crashed in between and
 *            another public conversation has taken the name since, this one keeps its former public name, or has none.
 */
const applySettings = `
  UPDATE conversations c SET title = $3, folded_title = $9, visibility = $4::text, policy = $5::jsonb, metadata = $6::jsonb, settings_rev = $7,
    updated_at = greatest(updated_at, $8),
    name = CASE
      WHEN $4::text <> 'public'
        OR NOT EXISTS (SELECT 1 FROM conversations o WHERE o.visibility = 'public' AND o.name = $2::text AND o.id <> $1) THEN $2::text
      WHEN c.visibility = 'public' THEN c.name
    END
  WHERE c.id = $1 AND c.settings_rev < $7`;

/** Stores a conversation's new settings. */
@Injectable()
export class ConversationUpdatedApplier {
  @Applies('conversation.updated', ConversationUpdated)
  async apply(tx: Transaction, { conversationId, rev, at }: LogEntry, settings: ConversationSettings): Promise<void> {
    const { name, title, visibility, policy, metadata } = settings;
    const foldedTitle = title === null ? null : foldText(title);
    const stored = [JSON.stringify(policy), JSON.stringify(metadata)];
    await tx.query(applySettings, [conversationId, name, title, visibility, ...stored, rev, at, foldedTitle]);
  }
}
