import { z } from 'zod';
import { limits } from '../limits.js';
import { ConversationId, storableText, Timestamp, UserId } from '../primitives.js';

export const PresenceStatus = z
  .enum(['online', 'away', 'offline'])
  .meta({ id: 'PresenceStatus', description: '`offline` means that the user has no open socket.' });
export type PresenceStatus = z.infer<typeof PresenceStatus>;

export const Presence = z
  .object({ userId: UserId, status: PresenceStatus, lastSeenAt: Timestamp.nullable(), text: z.string().nullable() })
  .meta({
    id: 'Presence',
    description:
      'The presence of a user. `lastSeenAt` is the end of their last connection, null if they have never connected or do not show it. A user who appears offline, or who is no contact of the viewer, is `offline`.',
  });
export type Presence = z.infer<typeof Presence>;

export const PresenceSetInput = z
  .strictObject({
    status: z.enum(['online', 'away']),
    text: storableText(0, 140).nullable().optional(),
  })
  .meta({ id: 'PresenceSetInput', description: 'The status, and a text that other users see beside it.' });
export type PresenceSetInput = z.infer<typeof PresenceSetInput>;

export const PresenceWatchInput = z
  .strictObject({ userIds: z.array(UserId).min(1).max(limits.presenceWatchMax) })
  .meta({ id: 'PresenceWatchInput', description: 'The users to start or stop watching.' });
export type PresenceWatchInput = z.infer<typeof PresenceWatchInput>;

export const PresenceList = z
  .object({ items: z.array(Presence) })
  .meta({ id: 'PresenceList', description: 'The present status of users.' });

export const Typing = z
  .object({ conversationId: ConversationId, userId: UserId })
  .meta({ id: 'Typing', description: 'Who is typing, and where.' });
