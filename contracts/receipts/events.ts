import { z } from 'zod';
import { members, type EventSpec } from '../event.js';
import { ConversationId, SeqCursor, Timestamp, UserId } from '../primitives.js';

export const receiptEvents = {
  'receipt.advanced': {
    summary: "A member's cursors moved; at most one per second and member",
    to: members,
    payload: z.object({ conversationId: ConversationId, userId: UserId, deliveredSeq: SeqCursor, readSeq: SeqCursor, at: Timestamp }),
  },
} as const satisfies Record<string, EventSpec>;
