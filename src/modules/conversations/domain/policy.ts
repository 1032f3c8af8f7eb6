import type { ConversationType, Policy } from '#contracts/conversations/schemas.js';

const open = { editWindowSeconds: 0, historyForNewMembers: 'all', retentionSeconds: null, slowModeSeconds: 0 } as const;

/**
 * What applies where the creator says nothing. A direct conversation has no ranks and takes nobody in; in a group everybody
 * talks and admins bring people in; a channel is the same for everybody who finds it. One that is for announcing sets
 * `post: "moderator"`.
 */
const defaults = {
  direct: { ...open, post: 'member', invite: 'owner', pin: 'member' },
  group: { ...open, post: 'member', invite: 'admin', pin: 'moderator' },
  channel: { ...open, post: 'member', invite: 'admin', pin: 'moderator' },
} as const satisfies Record<ConversationType, Policy>;

/** The default policy of a type with the given fields put over it. */
export function policyOf(type: ConversationType, patch: Partial<Policy> = {}): Policy {
  return patchPolicy(defaults[type], patch);
}

/** `policy` with the fields of `patch` that are set; an absent one stays as it is. */
export function patchPolicy(policy: Policy, patch: Partial<Policy>): Policy {
  const set = Object.entries(patch).filter(([, value]) => value !== undefined);
  return { ...policy, ...Object.fromEntries(set) };
}

/** The lowest `seq` a member may see, given the newest one at the time they joined. */
export function visibleFromSeq(policy: Policy, joinedSeq: number): number {
  return policy.historyForNewMembers === 'all' ? 1 : joinedSeq + 1;
}
