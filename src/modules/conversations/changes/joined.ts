import type { Role } from '#contracts/conversations/schemas.js';
import type { UserId } from '#contracts/primitives.js';
import type { LockedState } from '../infra/locked-state.js';
import type { Change } from './change.js';
import type { Newcomer } from './welcome-members.js';

export interface Joining {
  readonly userId: UserId;
  readonly role: Role;
  /** Who brings them in: themselves when they join. */
  readonly actorId: UserId;
  readonly inviteCode?: string;
}

/** The change by which somebody joins now. They have read what was said before them. */
export function joined({ conversation, at }: LockedState, { userId, role, actorId, inviteCode }: Joining): Change {
  const joinedSeq = conversation.last_seq;
  const member = { userId, role, joinedAt: at.toISOString(), readSeq: joinedSeq, deliveredSeq: joinedSeq };
  return { kind: 'member.joined', actorId, body: { userId, role, joinedSeq, inviteCode: inviteCode ?? null }, member };
}

export function newcomer({ conversation }: LockedState, { userId, role }: Joining): Newcomer {
  return { userId, role, joinedSeq: conversation.last_seq };
}
