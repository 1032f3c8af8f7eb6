import type { z } from 'zod';
import { ConversationId, Epoch, Rev } from './primitives.js';

/** An event that the server sends to clients. */
export interface EventSpec<Payload extends z.ZodType = z.ZodType> {
  /** What happened, in a few words. */
  readonly summary: string;
  /** What a client has to know to handle it. */
  readonly description: string;
  /** The sockets that receive it, as the object of "sent to". */
  readonly to: string;
  readonly payload: Payload;
  readonly example: z.input<Payload>;
}

/** Types an event's example by the event's own schema. */
export function event<Payload extends z.ZodType>(spec: EventSpec<Payload>): EventSpec<Payload> {
  return spec;
}

/** The fields that place a change in the order of its conversation's changes. */
export const changeFields = { conversationId: ConversationId, rev: Rev, epoch: Epoch };

/** `to` of an event for a whole conversation. */
export const toMembers = 'all members of the conversation';
