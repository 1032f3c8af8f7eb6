import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { type Member, Role } from '#contracts/conversations/schemas.js';
import { UserId } from '#contracts/primitives.js';
import type { Transaction } from '../../../database/database.js';
import { Applies } from '../../log/applies.js';
import type { LogEntry } from '../../log/draft.js';
import type { Change } from './run-change.js';

const MemberUpdated = z.object({ userId: UserId, role: Role });
type MemberUpdated = z.output<typeof MemberUpdated>;

/** A member gets the role that `member` shows. */
export function memberUpdated(actorId: UserId, member: Member): Change {
  const { userId, role } = member;
  const body: MemberUpdated = { userId, role };
  return {
    kind: 'member.updated',
    actorId,
    body,
    affects: [userId],
    announce: ({ emitter }, { conversationId, rev, epoch }) =>
      emitter.toConversation(conversationId, 'member.updated', { conversationId, rev, epoch, member }),
  };
}

/** Arguments: $1 conversation, $2 user, $3 role, $4 rev. */
const applyRole = `
  UPDATE members SET role = $3, rev = $4 WHERE conversation_id = $1 AND user_id = $2 AND rev < $4`;

/** Stores a member's new role. */
@Injectable()
export class MemberUpdatedApplier {
  @Applies('member.updated', MemberUpdated)
  async apply(tx: Transaction, { conversationId, rev }: LogEntry, { userId, role }: MemberUpdated): Promise<void> {
    await tx.query(applyRole, [conversationId, userId, role, rev]);
  }
}
