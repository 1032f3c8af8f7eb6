import type { Ban } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';

/** A row of `bans`. */
export interface BanRow {
  readonly conversation_id: ConversationId;
  readonly user_id: UserId;
  /** Null: an operator. */
  readonly banned_by: UserId | null;
  readonly created_at: Date;
  readonly banned_until: Date | null;
  readonly reason: string | null;
}

export const banColumns = 'b.conversation_id, b.user_id, b.banned_by, b.created_at, b.banned_until, b.reason';

/** The condition of a ban that is not over, by the clock of the database. */
export const isBanInForce = '(b.banned_until IS NULL OR b.banned_until > clock_timestamp())';

/** The presenter of bans. */
export function presentBan(row: BanRow): Ban {
  return {
    conversationId: row.conversation_id,
    userId: row.user_id,
    bannedBy: row.banned_by,
    createdAt: row.created_at.toISOString(),
    until: row.banned_until?.toISOString() ?? null,
    reason: row.reason,
  };
}
