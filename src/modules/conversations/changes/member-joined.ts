import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { type Member, Role } from '#contracts/conversations/schemas.js';
import { UserId } from '#contracts/primitives.js';
import type { Transaction } from '../../../database/database.js';
import { Applies } from '../../log/applies.js';
import type { LogEntry } from '../../log/draft.js';
import { visibleFromSeq } from '../domain/policy.js';
import type { LockedState } from '../infra/locked-state.js';
import { presentMute } from '../mute.js';
import type { MemberRow } from '../read/conversation-row.js';
import type { Change } from './run-change.js';

const MemberJoined = z.object({
  userId: UserId,
  role: Role,
  /** The newest `seq` when the change was decided. */
  joinedSeq: z.int().min(0),
  /** The invite that this joining uses up by one, or null. */
  inviteCode: z.string().nullable(),
});
type MemberJoined = z.output<typeof MemberJoined>;

/** A user who is about to become a member. */
export interface Joining {
  readonly userId: UserId;
  readonly role: Role;
  /** The user who adds them: themselves when they join on their own. */
  readonly actorId: UserId;
  readonly inviteCode?: string;
  /** The row of their former membership, whose mute is still in force. */
  readonly former?: MemberRow | undefined;
}

/** A user joins now, and sees the history as far as the policy of this moment says. Every message that is older than their joining counts as read. */
export function memberJoined({ conversation, at }: LockedState, { userId, role, actorId, inviteCode, former }: Joining): Change {
  const joinedSeq = conversation.last_seq;
  const visible = visibleFromSeq(conversation.policy, joinedSeq);
  const body: MemberJoined = { userId, role, joinedSeq, inviteCode: inviteCode ?? null };
  const mute = presentMute(former?.mute ?? null);
  const member: Member = { userId, role, joinedAt: at.toISOString(), readSeq: joinedSeq, deliveredSeq: joinedSeq, mute };
  return {
    kind: 'member.joined',
    actorId,
    body,
    affects: [userId],
    contacts:
      conversation.visibility === 'private' ? { userIds: [userId], isWhole: false, isDirect: conversation.type === 'direct' } : undefined,
    announce: ({ rooms, emitter }, { conversationId, rev, epoch }) => {
      // The room first: the new member receives the event of their own joining.
      rooms.joinConversation(conversationId, userId, { after: { epoch, rev: rev - 1 }, visibleFromSeq: visible });
      emitter.toConversation(conversationId, 'member.joined', { conversationId, rev, epoch, member });
    },
  };
}

/**
 * Arguments  $1 conversation, $2 user, $3 role, $4 seq when the change was decided, $5 rev, $6 time, $7 invite code or null
 * Effects    The membership is created or taken up again. Its joined seq includes messages that were sent between decision and commit;
 *            both cursors stand there, so that nothing older is unread. The policy of this moment decides where its view begins. The member count and the invite's uses grow by one,
 *            unless the user was a member already.
 */
const applyJoined = `
  WITH before AS (
    SELECT 1 FROM members WHERE conversation_id = $1::uuid AND user_id = $2::uuid AND left_at IS NULL
  ), head AS (
    SELECT greatest($4::integer, max(seq)) AS seq FROM messages WHERE conversation_id = $1::uuid AND seq > $4::integer AND rev < $5::integer
  ), changed AS (
    INSERT INTO members AS m (conversation_id, user_id, role, joined_at, joined_seq, visible_from_seq, delivered_seq, read_seq, uncounted, rev)
    SELECT $1::uuid, $2::uuid, $3::text, $6::timestamptz, head.seq,
      CASE WHEN c.policy ->> 'historyForNewMembers' = 'all' THEN 1 ELSE head.seq + 1 END, head.seq, head.seq, 0, $5::integer
    FROM head JOIN conversations c ON c.id = $1::uuid
    ON CONFLICT (conversation_id, user_id) DO UPDATE SET role = EXCLUDED.role, joined_at = EXCLUDED.joined_at,
      joined_seq = EXCLUDED.joined_seq, visible_from_seq = EXCLUDED.visible_from_seq, delivered_seq = greatest(m.delivered_seq, EXCLUDED.delivered_seq),
      read_seq = greatest(m.read_seq, EXCLUDED.read_seq), uncounted = 0, rev = EXCLUDED.rev, left_at = NULL, left_reason = NULL
    WHERE m.rev < EXCLUDED.rev
    RETURNING 1
  ), counted AS (
    UPDATE conversations SET member_count = member_count + 1, updated_at = greatest(updated_at, $6::timestamptz)
    WHERE id = $1 AND EXISTS (SELECT 1 FROM changed) AND NOT EXISTS (SELECT 1 FROM before)
  )
  UPDATE invites SET uses = uses + 1 WHERE code = $7::text AND conversation_id = $1 AND EXISTS (SELECT 1 FROM changed)`;

/** Stores that a user joined. */
@Injectable()
export class MemberJoinedApplier {
  @Applies('member.joined', MemberJoined)
  async apply(tx: Transaction, { conversationId, rev, at }: LogEntry, body: MemberJoined): Promise<void> {
    await tx.query(applyJoined, [conversationId, body.userId, body.role, body.joinedSeq, rev, at, body.inviteCode]);
  }
}
