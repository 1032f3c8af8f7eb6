import { z } from 'zod';
import { members, type EventSpec } from '../event.js';
import { ConversationId, UserId } from '../primitives.js';
import { Presence } from './schemas.js';

export const presenceEvents = {
  'typing.started': {
    summary: 'A member types',
    to: `${members} but the typist`,
    payload: z.object({ conversationId: ConversationId, userId: UserId }),
  },
  'typing.stopped': {
    summary: 'A member stopped typing',
    to: `${members} but the typist`,
    payload: z.object({ conversationId: ConversationId, userId: UserId }),
  },
  'presence.changed': {
    summary: "A user's presence changed",
    to: 'those who watch the user or share a direct conversation',
    payload: Presence,
  },
} as const satisfies Record<string, EventSpec>;
