import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { LeaveReason } from '#contracts/conversations/schemas.js';
import { UserId } from '#contracts/primitives.js';
import type { Transaction } from '../../../database/database.js';
import { Applies } from '../../log/applies.js';
import type { LogEntry } from '../../log/draft.js';
import type { Change } from './run-change.js';

const MemberLeft = z.object({
  userId: UserId,
  reason: LeaveReason,
  /** The user who banned them, or null. */
  bannedBy: UserId.nullable(),
});
type MemberLeft = z.output<typeof MemberLeft>;

/** A member leaves, is removed or is banned by the actor. */
export function memberLeft(actorId: UserId, userId: UserId, reason: 'left' | 'removed' | 'banned'): Change {
  const body: MemberLeft = { userId, reason, bannedBy: reason === 'banned' ? actorId : null };
  return {
    kind: 'member.left',
    actorId,
    body,
    affects: [userId],
    announce: ({ rooms, emitter }, { conversationId, rev, epoch }) => {
      // The room first: the former member receives nothing that comes after their leaving.
      rooms.leaveConversation(conversationId, userId);
      emitter.toConversation(conversationId, 'member.left', { conversationId, rev, epoch, userId, reason });
      emitter.toUser(userId, 'conversation.removed', { id: conversationId, reason });
    },
  };
}

/**
 * Arguments  $1 conversation, $2 user, $3 reason, $4 rev, $5 time
 * Effects    The row stays, with `left_at` set. The member count shrinks by one, unless the user had left before.
 */
const applyLeft = `
  WITH changed AS (
    UPDATE members m SET left_at = $5, left_reason = $3, rev = $4
    FROM (SELECT left_at IS NULL AS active FROM members WHERE conversation_id = $1 AND user_id = $2) before
    WHERE m.conversation_id = $1 AND m.user_id = $2 AND m.rev < $4
    RETURNING before.active
  )
  UPDATE conversations SET member_count = member_count - 1, updated_at = greatest(updated_at, $5)
  WHERE id = $1 AND EXISTS (SELECT 1 FROM changed WHERE active)`;

/** Arguments: $1 conversation, $2 user, $3 the user who bans them, $4 time. A ban that exists stays as it is. */
export const insertBan = `
  INSERT INTO bans (conversation_id, user_id, banned_by, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`;

/** Stores that a member left, together with their ban if there is one, so that a crash cannot separate the two. */
@Injectable()
export class MemberLeftApplier {
  @Applies('member.left', MemberLeft)
  async apply(tx: Transaction, { conversationId, rev, at }: LogEntry, { userId, reason, bannedBy }: MemberLeft): Promise<void> {
    await tx.query(applyLeft, [conversationId, userId, reason, rev, at]);
    if (bannedBy !== null) await tx.query(insertBan, [conversationId, userId, bannedBy, at]);
  }
}
