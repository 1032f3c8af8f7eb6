import { event, type EventSpec, toMembers } from '../event.js';
import { examples } from '../examples.js';
import { examplePresence } from './examples.js';
import { Presence, Typing } from './schemas.js';

const byGrace = { conversationId: examples.conversationId, userId: examples.grace };

export const presenceEvents = {
  'typing.started': event({
    summary: 'A member is typing',
    description: '`typing.stopped` follows when the member stops, sends the message, or is silent for 6 seconds.',
    to: `${toMembers} except the one who types`,
    payload: Typing,
    example: byGrace,
  }),
  'typing.stopped': event({
    summary: 'A member stopped typing',
    description: 'Ends the indication that `typing.started` began.',
    to: `${toMembers} except the one who typed`,
    payload: Typing,
    example: byGrace,
  }),
  'presence.changed': event({
    summary: "A user's presence changed",
    description: 'Carries the whole presence as it is now. A user who ceases to be a contact, or is blocked, is reported as offline once.',
    to: 'the sockets of contacts that watch the user, and users who share a direct conversation with them',
    payload: Presence,
    example: examplePresence,
  }),
} as const satisfies Record<string, EventSpec>;
