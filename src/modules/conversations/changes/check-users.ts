import { Injectable } from '@nestjs/common';
import type { FieldError } from '#contracts/errors.js';
import type { UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Blocks } from '../../users/blocks.js';
import { Users } from '../../users/users.js';

/** Checks people whom somebody wants to bring into a conversation. */
@Injectable()
export class CheckUsers {
  constructor(
    private readonly users: Users,
    private readonly blocks: Blocks,
  ) {}

  /**
   * Checks all but `except`. Throws `user.notFound` for those who do not exist and `forbidden` for those who block the actor (nobody is brought in
   * then); `errors` names each one's place under `field`.
   */
  async requireReachable(
    actorId: UserId,
    userIds: readonly UserId[],
    { field, except }: { field: string; except?: ReadonlySet<UserId> },
  ): Promise<void> {
    const [existing, blockers] = await Promise.all([this.users.existing(userIds), this.blocks.blockersAmong(actorId, userIds)]);
    const unknown = places(userIds, field, 'is not a user', (userId) => !existing.has(userId) && !except?.has(userId));
    if (unknown.length > 0) throw new AppError('user.notFound', { errors: unknown });
    const unwilling = places(userIds, field, 'does not want to be added by you', (userId) => blockers.has(userId) && !except?.has(userId));
    if (unwilling.length > 0) throw new AppError('forbidden', { errors: unwilling });
  }
}

/** One line for each of the ids the condition holds for. */
export function places(userIds: readonly UserId[], field: string, message: string, holds: (userId: UserId) => boolean): FieldError[] {
  return userIds.flatMap((userId, index) => (holds(userId) ? [{ path: `${field}.${index}`, message }] : []));
}
