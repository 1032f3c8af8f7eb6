import { z } from 'zod';
import { limits } from '../limits.js';
import { storableText, Timestamp, UserId } from '../primitives.js';

export const PresenceStatus = z.enum(['online', 'away', 'offline']);
export type PresenceStatus = z.infer<typeof PresenceStatus>;

/** `lastSeenAt` is the end of the last connection, null for someone never seen. */
export const Presence = z.object({
  userId: UserId,
  status: PresenceStatus,
  lastSeenAt: Timestamp.nullable(),
  text: z.string().nullable(),
});
export type Presence = z.infer<typeof Presence>;

export const PresenceSetInput = z.strictObject({
  status: z.enum(['online', 'away']),
  text: storableText(0, 140).nullable().optional(),
});
export type PresenceSetInput = z.infer<typeof PresenceSetInput>;

export const PresenceWatchInput = z.strictObject({ userIds: z.array(UserId).min(1).max(limits.presenceWatchMax) });
export type PresenceWatchInput = z.infer<typeof PresenceWatchInput>;
