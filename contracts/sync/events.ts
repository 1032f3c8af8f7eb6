import { event, type EventSpec } from '../event.js';
import { ResyncRequired } from './schemas.js';

export const syncEvents = {
  'resync.required': event({
    summary: 'Events may be missing on this socket',
    description:
      'Sent to a client that reads too slowly, and after a failure inside the server. Call `conversation.sync` for the named conversations, or for all if none are named.',
    to: 'the affected socket',
    payload: ResyncRequired,
    example: { reason: 'events may have been missed' },
  }),
} as const satisfies Record<string, EventSpec>;
