import type { Mute } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';

/** The mute of a present or former member, as the columns of `members` hold it. */
export interface MuteRow {
  readonly conversation_id: ConversationId;
  readonly user_id: UserId;
  readonly muted_at: Date;
  readonly muted_until: Date | null;
  /** Null: an operator. */
  readonly muted_by: UserId | null;
  readonly mute_reason: string | null;
}

/** The presenter of mutes, for moderators. */
export function presentMuteRow(row: MuteRow): Mute {
  return {
    conversationId: row.conversation_id,
    userId: row.user_id,
    mutedBy: row.muted_by,
    createdAt: row.muted_at.toISOString(),
    until: row.muted_until?.toISOString() ?? null,
    reason: row.mute_reason,
  };
}
