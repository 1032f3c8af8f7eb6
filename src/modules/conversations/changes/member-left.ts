import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { LeaveReason } from '#contracts/conversations/schemas.js';
import { UserId } from '#contracts/primitives.js';
import type { Transaction } from '../../../database/database.js';
import { Applies } from '../../log/applies.js';
import type { LogEntry } from '../../log/draft.js';
import type { Terms } from '../domain/terms.js';
import type { Change } from './run-change.js';
import { userOrNull } from '../member-access.js';

const MemberLeft = z.object({
  userId: UserId,
  reason: LeaveReason,
  ban: z.object({ bannedBy: UserId.nullable(), untilMs: z.number().nullable(), reason: z.string().nullable() }).nullable(),
});
type MemberLeft = z.output<typeof MemberLeft>;

/** A member leaves, is removed or is banned by the actor; a ban has its terms. */
export function memberLeft(actorId: UserId, userId: UserId, reason: 'left' | 'removed'): Change;
export function memberLeft(actorId: UserId, userId: UserId, reason: 'banned', terms: Terms): Change;
export function memberLeft(actorId: UserId, userId: UserId, reason: MemberLeft['reason'], terms?: Terms): Change {
  const ban = terms && { bannedBy: userOrNull(actorId), untilMs: terms.until?.getTime() ?? null, reason: terms.reason };
  const body: MemberLeft = { userId, reason, ban: ban ?? null };
  return {
    kind: 'member.left',
    actorId,
    body,
    affects: [userId],
    contacts: { userIds: [userId], isWhole: false, isDirect: false },
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

/**
 * Arguments  $1 conversation, $2 user, $3 the user who bans them or null, $4 time, $5 until when or null, $6 reason or null
 * Effects    The user is banned on these terms, whatever ban there was.
 */
export const putBan = `
  INSERT INTO bans (conversation_id, user_id, banned_by, created_at, banned_until, reason) VALUES ($1, $2, $3, $4, $5, $6)
  ON CONFLICT (conversation_id, user_id) DO UPDATE SET banned_by = EXCLUDED.banned_by, created_at = EXCLUDED.created_at,
    banned_until = EXCLUDED.banned_until, reason = EXCLUDED.reason`;

/** Stores that a member left, together with their ban if there is one, so that a crash cannot separate the two. */
@Injectable()
export class MemberLeftApplier {
  @Applies('member.left', MemberLeft)
  async apply(tx: Transaction, { conversationId, rev, at }: LogEntry, { userId, reason, ban }: MemberLeft): Promise<void> {
    await tx.query(applyLeft, [conversationId, userId, reason, rev, at]);
    if (ban === null) return;
    const until = ban.untilMs === null ? null : new Date(ban.untilMs);
    await tx.query(putBan, [conversationId, userId, ban.bannedBy, at, until, ban.reason]);
  }
}
