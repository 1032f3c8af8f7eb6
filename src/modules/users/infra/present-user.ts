import type { User } from '#contracts/users/schemas.js';
import type { UserEntity } from './user.entity.js';

/** What others may see of a user; fields are listed, so that a new column does not leak. */
export function presentUser(row: UserEntity): User {
  return {
    id: row.id,
    username: row.username,
    displayName: row.displayName,
    avatarUrl: row.avatarUrl,
    metadata: row.metadata,
    createdAt: row.createdAt.toISOString(),
  };
}
