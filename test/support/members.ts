import type { Policy } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { newId } from '#platform/ids.js';
import { visibleFromSeq } from '../../src/modules/conversations/domain/policy.js';
import { MemberAccess, type MembershipFacts } from '../../src/modules/conversations/member-access.js';

const openPolicy: Policy = {
  post: 'member',
  invite: 'admin',
  pin: 'moderator',
  editWindowSeconds: 0,
  historyForNewMembers: 'all',
  retentionSeconds: null,
  slowModeSeconds: 0,
};

/** A member of a private group of their own, where all members may post unless the policy says otherwise. */
export function memberOf(policy: Partial<Policy> = {}, member: Partial<MembershipFacts> = {}): MemberAccess {
  const present = { ...openPolicy, ...policy };
  const { joinedSeq = 0 } = member;
  return new MemberAccess(
    {
      id: newId<ConversationId>(),
      type: 'group',
      name: null,
      visibility: 'private',
      policy: present,
      createdBy: null,
      peers: null,
    },
    {
      userId: newId<UserId>(),
      role: 'member',
      joinedSeq,
      visibleFromSeq: visibleFromSeq(present, joinedSeq),
      blocked: false,
      mute: null,
      ...member,
    },
  );
}
