import type { ConversationType, Policy } from '#contracts/conversations/schemas.js';

const open = { editWindowSeconds: 0, historyForNewMembers: 'all', retentionSeconds: null, slowModeSeconds: 0 } as const;

/**
 * The policy where the creator sets nothing. A direct conversation has no ranks and takes no new members; in a group and in a channel
 * all members post and admins invite. A channel for announcements sets `post: "moderator"`.
 */
const defaults = {
  direct: { ...open, post: 'member', invite: 'owner', pin: 'member' },
  group: { ...open, post: 'member', invite: 'admin', pin: 'moderator' },
  channel: { ...open, post: 'member', invite: 'admin', pin: 'moderator' },
} as const satisfies Record<ConversationType, Policy>;

/** The default policy of a type, with the fields of `patch` replaced. */
export function policyOf(type: ConversationType, patch: Partial<Policy> = {}): Policy {
  return patchPolicy(defaults[type], patch);
}

/** `policy` with the defined fields of `patch` replaced. */
export function patchPolicy(policy: Policy, patch: Partial<Policy>): Policy {
  const set = Object.entries(patch).filter(([, value]) => value !== undefined);
  return { ...policy, ...Object.fromEntries(set) };
}

/** The retention in seconds that applies: the conversation's own, else the server's default, for which 0 means none. Null: messages stay. */
export function effectiveRetention(own: number | null, defaultSeconds: number): number | null {
  return own ?? (defaultSeconds === 0 ? null : defaultSeconds);
}

/** The lowest `seq` that a user who joins under this policy may see from then on, given the newest `seq` at that time. */
export function visibleFromSeq(policy: Policy, joinedSeq: number): number {
  return policy.historyForNewMembers === 'all' ? 1 : joinedSeq + 1;
}
