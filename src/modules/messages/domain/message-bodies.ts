import { z } from 'zod';
import { Metadata, MessageId, UserId } from '#contracts/primitives.js';

const seq = z.int().min(1);

/** What the log entries of this module hold: everything needed to bring them into storage. */
export const messageBodies = {
  'message.created': z.object({
    id: MessageId,
    text: z.string().nullable(),
    replyTo: seq.nullable(),
    mentions: z.array(UserId),
    metadata: Metadata,
  }),
  'message.edited': z.object({ seq, text: z.string() }),
  'message.deleted': z.object({ seq }),
  /** Deleted for the actor alone. */
  'message.hidden': z.object({ seq }),
  'reaction.added': z.object({ seq, emoji: z.string() }),
  'reaction.removed': z.object({ seq, emoji: z.string() }),
  'message.pinned': z.object({ seq }),
  'message.unpinned': z.object({ seq }),
} as const;

export type MessageEntryKind = keyof typeof messageBodies;
export type MessageBody<K extends MessageEntryKind> = z.output<(typeof messageBodies)[K]>;
export type CreatedBody = MessageBody<'message.created'>;
