import { z } from 'zod';
import { Metadata, PageQuery, storableText, Timestamp, UserId } from '../primitives.js';

/** 3 to 32 of `a-z 0-9 _ . -`; upper case is folded, so `Ada` and `ada` are the same user. */
export const Username = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9_.-]{3,32}$/, 'must be 3 to 32 of a-z 0-9 _ . -');

export const DisplayName = storableText(1, 80);

export const User = z.object({
  id: UserId,
  username: z.string(),
  displayName: z.string(),
  avatarUrl: z.string().nullable(),
  metadata: Metadata,
  createdAt: Timestamp,
});
export type User = z.infer<typeof User>;

export const PatchMeBody = z.strictObject({
  displayName: DisplayName.optional(),
  avatarUrl: z
    .url({ protocol: /^https?$/ })
    .max(1024)
    .nullable()
    .optional(),
  metadata: Metadata.optional(),
});
export type PatchMeBody = z.infer<typeof PatchMeBody>;

/** Finds users whose name or display name contains `query`, whatever its case. */
export const UserSearchQuery = PageQuery.extend({ query: storableText(1, 80).optional() });
export type UserSearchQuery = z.infer<typeof UserSearchQuery>;
