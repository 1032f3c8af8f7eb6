import { z } from 'zod';
import type { EventSpec } from '../event.js';
import { ConversationId } from '../primitives.js';

export const syncEvents = {
  'resync.required': {
    summary: 'The server dropped something for this slow client; sync these conversations, or all',
    to: 'the slow socket',
    payload: z.object({ conversationIds: z.array(ConversationId).optional(), reason: z.string() }),
  },
} as const satisfies Record<string, EventSpec>;
