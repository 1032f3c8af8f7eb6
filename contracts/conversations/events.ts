import { event, type EventSpec, toMembers } from '../event.js';
import { examples } from '../examples.js';
import { exampleConversationInEvent, exampleJoinedConversation, exampleMember, exampleRequest } from './examples.js';
import { AdditionRequest, RequestClosed } from './request-schemas.js';
import { Conversation, ConversationAdvanced, ConversationRemoved, MemberChanged, MemberLeft } from './schemas.js';

const change = { conversationId: examples.conversationId, rev: 57, epoch: examples.epoch };

export const conversationEvents = {
  'conversation.added': event({
    summary: 'I became a member of a conversation',
    description: 'Sent when the user creates, joins or is added to a conversation. Their sockets receive its events from here on.',
    to: 'the sockets of the new member',
    payload: Conversation,
    example: exampleJoinedConversation,
  }),
  'conversation.updated': event({
    summary: 'A conversation was changed',
    description: 'Its name, title, visibility, policy or metadata changed. `me` is null, because every member receives the same frame.',
    to: toMembers,
    payload: Conversation,
    example: exampleConversationInEvent,
  }),
  'conversation.advanced': event({
    summary: 'A conversation has a new revision that shows me nothing',
    description:
      'Sent in place of a change of a message from before my view of the history begins, and when another member hides a message from themselves. Take over the `rev`, so that the next event is no gap.',
    to: 'the members who do not receive the change itself',
    payload: ConversationAdvanced,
    example: change,
  }),
  'conversation.removed': event({
    summary: 'I am no longer a member of a conversation',
    description: 'Sent when the user leaves, is removed or banned, or the conversation is deleted. No more events of it follow.',
    to: 'the sockets of the former member',
    payload: ConversationRemoved,
    example: { id: examples.conversationId, reason: 'left' },
  }),
  'member.joined': event({
    summary: 'A user became a member',
    description: 'Sent for everyone who joins or is added.',
    to: toMembers,
    payload: MemberChanged,
    example: { ...change, member: exampleMember },
  }),
  'member.updated': event({
    summary: "A member's role or mute changed",
    description:
      'Carries the member with the new role, or with the mute that a moderator has imposed or lifted. No event is sent when a mute ends by itself.',
    to: toMembers,
    payload: MemberChanged,
    example: { ...change, member: { ...exampleMember, role: 'moderator' } },
  }),
  'member.left': event({
    summary: 'A member left or was removed',
    description: '`reason` tells whether they left, were removed or were banned.',
    to: toMembers,
    payload: MemberLeft,
    example: { ...change, userId: examples.grace, reason: 'left' },
  }),
  'conversation.inviteRequested': event({
    summary: 'A user wants to add me to a conversation',
    description: 'Sent in place of an addition that my settings do not allow. Answer with `request.accept` or `request.decline`.',
    to: 'the sockets of the user to be added',
    payload: AdditionRequest,
    example: exampleRequest,
  }),
  'conversation.inviteClosed': event({
    summary: 'A request to add me was answered',
    description: 'Sent when the user accepts or declines a request on any device.',
    to: "the user's own sockets",
    payload: RequestClosed,
    example: { conversationId: examples.conversationId },
  }),
} as const satisfies Record<string, EventSpec>;
