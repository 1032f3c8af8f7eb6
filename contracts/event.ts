import type { z } from 'zod';
import { ConversationId, Epoch, Rev } from './primitives.js';

/** One event to the client. `to` says who gets it. */
export interface EventSpec {
  readonly summary: string;
  readonly to: string;
  readonly payload: z.ZodType;
}

/** What every event of a change in a conversation says: where it belongs in the order of changes. */
export const change = { conversationId: ConversationId, rev: Rev, epoch: Epoch };

/** `to` of what all members get. */
export const members = 'all members of the conversation';
