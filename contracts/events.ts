import type { z } from 'zod';
import { authEvents } from './auth/events.js';
import { conversationEvents } from './conversations/events.js';
import type { EventSpec } from './event.js';
import { messageEvents } from './messages/events.js';
import { operationEvents } from './operations/events.js';
import { presenceEvents } from './presence/events.js';
import { receiptEvents } from './receipts/events.js';
import { syncEvents } from './sync/events.js';
import { userEvents } from './users/events.js';

export type { EventSpec } from './event.js';

/** Every event by name. */
export const events = {
  ...authEvents,
  ...messageEvents,
  ...receiptEvents,
  ...presenceEvents,
  ...conversationEvents,
  ...operationEvents,
  ...syncEvents,
  ...userEvents,
} as const satisfies Record<string, EventSpec>;

export type Events = typeof events;
export type EventName = keyof Events;
export type EventPayload<N extends EventName> = z.output<Events[N]['payload']>;
