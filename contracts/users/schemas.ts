import { z } from 'zod';
import { Metadata, PageQuery, SessionId, storableText, Timestamp, UserId } from '../primitives.js';

/** 3 to 32 of `a-z 0-9 _ . -`; upper case is folded, so `Ada` and `ada` are the same user. */
export const Username = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9_.-]{3,32}$/, 'must be 3 to 32 of a-z 0-9 _ . -');

/** 8 to 256 characters, taken as they are: nothing is trimmed, folded or cut. */
export const Password = storableText(8, 256);
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

/** What a login, registration or refresh answers. `expiresIn` counts seconds from now. */
export const Session = z.object({
  user: User,
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresIn: z.int(),
  sessionId: SessionId,
});
export type Session = z.infer<typeof Session>;

export const SessionInfo = z.object({
  id: SessionId,
  createdAt: Timestamp,
  lastUsedAt: Timestamp,
  userAgent: z.string().nullable(),
  current: z.boolean(),
});
export type SessionInfo = z.infer<typeof SessionInfo>;

export const RegisterBody = z.strictObject({ username: Username, password: Password, displayName: DisplayName.optional() });
export type RegisterBody = z.infer<typeof RegisterBody>;
export const LoginBody = z.strictObject({ username: storableText(1, 64), password: storableText(1, 256) });
export type LoginBody = z.infer<typeof LoginBody>;
export const GuestBody = z.strictObject({ displayName: DisplayName.optional() });
export type GuestBody = z.infer<typeof GuestBody>;
export const RefreshBody = z.strictObject({ refreshToken: z.string().min(1).max(8192) });

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
