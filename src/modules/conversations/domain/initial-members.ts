import type { ConversationType, Role } from '#contracts/conversations/schemas.js';
import type { UserId } from '#contracts/primitives.js';

/** Who is in a new conversation: its creator as owner and the others as members; both of a direct pair are equals. */
export function initialMembers(
  type: ConversationType,
  creatorId: UserId,
  others: readonly UserId[],
): Array<{ userId: UserId; role: Role }> {
  const invited = [...new Set(others)].filter((userId) => userId !== creatorId);
  return [
    { userId: creatorId, role: type === 'direct' ? 'member' : 'owner' },
    ...invited.map((userId) => ({ userId, role: 'member' as const })),
  ];
}
