import { z } from 'zod';
import type { EventSpec } from '../event.js';
import { ConversationId, Epoch, Rev, SeqCursor, SessionId, Timestamp, UserId } from '../primitives.js';

export const authEvents = {
  'session.ready': {
    summary: 'The rooms are joined; from now on nothing is missed. Sent once',
    to: 'the socket that connected',
    payload: z.object({
      sessionId: SessionId,
      userId: UserId,
      serverTime: Timestamp,
      conversations: z.array(z.object({ id: ConversationId, epoch: Epoch, seq: SeqCursor, rev: Rev })),
    }),
  },
  'session.closing': {
    summary: 'The server closes this socket next',
    to: 'the socket',
    payload: z.object({ code: z.enum(['revoked', 'expired', 'draining', 'limit']), reason: z.string(), retryAfterMs: z.int().nullable() }),
  },
} as const satisfies Record<string, EventSpec>;
