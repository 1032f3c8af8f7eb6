import { z } from 'zod';
import { change, members, type EventSpec } from '../event.js';
import { ConversationId, UserId } from '../primitives.js';
import { Conversation, LeaveReason, Member } from './schemas.js';

export const conversationEvents = {
  'conversation.added': {
    summary: 'I am in a conversation now; my sockets get its events from here on',
    to: 'the sockets of the user',
    payload: Conversation,
  },
  'conversation.updated': { summary: 'Name, title, visibility, policy or metadata changed', to: members, payload: Conversation },
  'conversation.removed': {
    summary: 'I am not in this conversation any more',
    to: 'the sockets of the user',
    payload: z.object({ id: ConversationId, reason: LeaveReason }),
  },
  'member.joined': { summary: 'Somebody joined', to: members, payload: z.object({ ...change, member: Member }) },
  'member.updated': { summary: "A member's role changed", to: members, payload: z.object({ ...change, member: Member }) },
  'member.left': {
    summary: 'Somebody left or was removed',
    to: members,
    payload: z.object({ ...change, userId: UserId, reason: LeaveReason }),
  },
} as const satisfies Record<string, EventSpec>;
