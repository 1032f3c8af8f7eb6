import type { ConversationType } from '#contracts/conversations/schemas.js';
import type { UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { isLobby } from '../domain/unique-keys.js';
import type { LockedState } from '../infra/locked-state.js';
import { type MemberRow, presentMember } from '../read/conversation-row.js';
import { conversationDeleted } from './conversation-deleted.js';
import { memberUpdated } from './member-updated.js';
import type { Change } from './run-change.js';

/**
 * The changes by which a membership ends, in their order. When the last owner goes, another member becomes the owner first. When the last
 * member goes, the conversation is deleted, so that its name is free. Only the lobby exists without an owner and without members.
 */
export async function endMembership(state: LockedState, actorId: UserId, member: MemberRow, leaving: Change): Promise<Change[]> {
  if (isLobby(state.conversation)) return [leaving];
  if (state.conversation.member_count <= 1 && !(await state.hasOtherMembers(member.user_id)))
    return [leaving, conversationDeleted(actorId)];
  return [...(await passOwnership(state, actorId, member)), leaving];
}

/** Makes the successor of the last owner the owner. No change if `member` is not the last owner, or the only member. */
export async function passOwnership(state: LockedState, actorId: UserId, member: MemberRow): Promise<Change[]> {
  if (member.role !== 'owner' || (await state.ownerCount()) > 1) return [];
  const successor = await state.successorOf(member.user_id);
  return successor === undefined ? [] : [memberUpdated(actorId, { ...presentMember(successor), role: 'owner' })];
}

/** Throws `forbidden` for a direct conversation, whose pair is for ever. Only operators get this far. */
export function refuseDirect(type: ConversationType): void {
  if (type === 'direct') throw new AppError('forbidden', { detail: 'the pair of a direct conversation cannot change' });
}
