import { z } from 'zod';
import { change, members, type EventSpec } from '../event.js';
import { Seq, UserId } from '../primitives.js';
import { MessageEvent } from './schemas.js';

export const messageEvents = {
  'message.created': { summary: 'A message was sent', to: members, payload: MessageEvent },
  'message.updated': { summary: 'A message was edited, pinned or unpinned', to: members, payload: MessageEvent },
  'message.deleted': {
    summary: 'A message became a tombstone. One deleted only for me stays so: later events of it are for the others',
    to: `${members}; deleted only for me: my own sockets`,
    payload: MessageEvent,
  },
  'reaction.changed': {
    summary: 'Somebody reacted or took a reaction back; `count` is that of the emoji now',
    to: members,
    payload: z.object({ ...change, seq: Seq, userId: UserId, emoji: z.string(), added: z.boolean(), count: z.int().min(0) }),
  },
} as const satisfies Record<string, EventSpec>;
