import { Injectable } from '@nestjs/common';
import type { FieldError } from '#contracts/errors.js';
import type { UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Blocks } from '../../users/blocks.js';
import { Users } from '../../users/users.js';

/** Checks users before an actor adds them to a conversation. */
@Injectable()
export class CheckUsers {
  constructor(
    private readonly users: Users,
    private readonly blocks: Blocks,
  ) {}

  /**
   * Checks all users but those in `except`. Throws `user.notFound` if some do not exist and `forbidden` if some block the actor; the
   * error's `errors` name the position of each under `field`.
   */
  async requireReachable(
    actorId: UserId,
    userIds: readonly UserId[],
    { field, except }: { field: string; except?: ReadonlySet<UserId> },
  ): Promise<void> {
    const [existing, blockers] = await Promise.all([this.users.findActiveIds(userIds), this.blocks.findBlockers(actorId, userIds)]);
    const unknown = fieldErrorsWhere(userIds, field, 'is not a user', (userId) => !existing.has(userId) && !except?.has(userId));
    if (unknown.length > 0) throw new AppError('user.notFound', { errors: unknown });
    const unwilling = fieldErrorsWhere(
      userIds,
      field,
      'does not want to be added by you',
      (userId) => blockers.has(userId) && !except?.has(userId),
    );
    if (unwilling.length > 0) throw new AppError('forbidden', { errors: unwilling });
  }
}

/** One field error for each user that fulfils the condition. */
export function fieldErrorsWhere(
  userIds: readonly UserId[],
  field: string,
  message: string,
  holds: (userId: UserId) => boolean,
): FieldError[] {
  return userIds.flatMap((userId, index) => (holds(userId) ? [{ path: `${field}.${index}`, message }] : []));
}
