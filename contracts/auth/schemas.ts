import { z } from 'zod';
import { SessionId, storableText, Timestamp } from '../primitives.js';
import { DisplayName, User, Username } from '../users/schemas.js';

/** 8 to 256 characters, taken as they are: nothing is trimmed, folded or cut. */
export const Password = storableText(8, 256);

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
