import { z } from 'zod';
import { Metadata, PageQuery, storableText, Timestamp, UserId } from '../primitives.js';

export const Username = z
  .string()
  .regex(/^[A-Za-z0-9_.-]{3,32}$/, 'must be 3 to 32 of a-z 0-9 _ . -')
  .toLowerCase()
  .meta({ id: 'Username', description: 'Unique: 3 to 32 of `a-z 0-9 _ . -`. Upper case is folded, so `Ada` and `ada` are the same user.' });
export const DisplayName = storableText(1, 80).meta({
  id: 'DisplayName',
  description: 'The name that other users see; it need not be unique.',
});

export const User = z
  .object({
    id: UserId,
    username: z.string(),
    displayName: z.string(),
    avatarUrl: z.string().nullable(),
    metadata: Metadata,
    createdAt: Timestamp,
  })
  .meta({ id: 'User', description: 'The public profile of a user.' });
export type User = z.infer<typeof User>;

export const UserTarget = z.strictObject({ userId: UserId }).meta({ id: 'UserTarget', description: 'Names a user.' });

export const PatchMeBody = z
  .strictObject({
    displayName: DisplayName.optional(),
    avatarUrl: z
      .url({ protocol: /^https?$/ })
      .max(1024)
      .nullable()
      .optional()
      .describe('Null removes the avatar.'),
    metadata: Metadata.optional(),
  })
  .meta({ id: 'PatchMeBody', description: 'The fields of the profile to change; absent fields stay as they are.' });
export type PatchMeBody = z.infer<typeof PatchMeBody>;

export const UserSearchQuery = PageQuery.extend({
  query: storableText(1, 80).optional().describe('Part of the user name or display name, in any case. Without it, every user matches.'),
}).meta({ id: 'UserSearchQuery', description: 'Selects a page of users.' });
export type UserSearchQuery = z.infer<typeof UserSearchQuery>;
