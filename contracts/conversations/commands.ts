import { command, type CommandSpec } from '../command.js';
import { examples } from '../examples.js';
import { Empty, PageQuery, pageOf } from '../primitives.js';
import { ConversationTarget, memberErrors, permissionErrors } from '../targets.js';
import {
  exampleConversation,
  exampleJoinedConversation,
  exampleMember,
  examplePublicConversation,
  exampleSummary,
  exampleRequest,
} from './examples.js';
import { AdditionRequest } from './request-schemas.js';
import { Conversation, ConversationSummary, CreateConversationBody, Member, MembersInput, PublicConversationsQuery } from './schemas.js';

const input = { conversationId: examples.conversationId };

export const conversationCommands = {
  'conversation.create': command({
    summary: 'Create a conversation',
    description:
      'Makes the caller the owner and adds the named users. For two users there is one `direct` conversation: creating it again returns the existing one. Users who do not let the caller add them (setting `whoMayAdd`) receive a request instead. Each named user counts against the additions per minute of the caller, and users who neither answer nor do anything there against those per day; beyond either limit the answer is `rateLimited`. A direct conversation that waits for an answer has one member, who cannot post yet; the other user accepts by accepting the request or by creating it too.',
    input: CreateConversationBody,
    data: Conversation,
    errors: ['user.notFound', 'conversation.nameTaken', 'forbidden'],
    example: {
      input: { type: 'group', name: 'engine-room', title: 'Engine room', memberIds: [examples.grace] },
      data: exampleConversation,
    },
  }),
  'conversation.list': command({
    summary: 'List my conversations',
    description: 'Lists the conversations of the caller, the latest activity first, each with its last message and unread count.',
    input: PageQuery,
    data: pageOf(ConversationSummary),
    example: { input: { limit: 20 }, data: { items: [exampleSummary], nextCursor: null } },
  }),
  'conversation.get': command({
    summary: 'Get a conversation',
    description: 'Returns a public conversation, or one the caller is a member of.',
    input: ConversationTarget,
    data: Conversation,
    errors: memberErrors,
    example: { input, data: exampleConversation },
  }),
  'conversation.join': command({
    summary: 'Join a public conversation',
    description: 'Makes the caller a member. A banned user cannot join.',
    input: ConversationTarget,
    data: Conversation,
    errors: [...permissionErrors, 'member.alreadyMember'],
    example: { input, data: exampleJoinedConversation },
  }),
  'conversation.leave': command({
    summary: 'Leave a conversation',
    description:
      'Ends the membership of the caller. When the last owner leaves, the highest and longest-standing member becomes the owner. A direct conversation cannot be left.',
    input: ConversationTarget,
    data: Empty,
    errors: permissionErrors,
    example: { input, data: {} },
  }),
  'conversation.members': command({
    summary: 'List the members',
    description: 'Lists the members of a conversation of the caller, the longest-standing first.',
    input: MembersInput,
    data: pageOf(Member),
    errors: memberErrors,
    example: { input: { ...input, limit: 100 }, data: { items: [exampleMember], nextCursor: null } },
  }),
  'conversation.listPublic': command({
    summary: 'List public conversations',
    description: 'The directory: public conversations whose name or title contains `query`, the newest first.',
    input: PublicConversationsQuery,
    data: pageOf(Conversation),
    example: { input: { query: 'engine' }, data: { items: [examplePublicConversation], nextCursor: null } },
  }),
  'request.list': command({
    summary: 'List the requests to add me',
    description: 'Lists the open requests, the newest first. A request expires after 14 days.',
    input: PageQuery,
    data: pageOf(AdditionRequest),
    example: { input: { limit: 20 }, data: { items: [exampleRequest], nextCursor: null } },
  }),
  'request.accept': command({
    summary: 'Accept a request to add me',
    description: 'Makes the user a member, provided that the user who made the request still may add them.',
    input: ConversationTarget,
    data: Conversation,
    errors: ['request.notFound', 'conversation.notFound', 'forbidden'],
    example: { input, data: exampleJoinedConversation },
  }),
  'request.decline': command({
    summary: 'Decline a request to add me',
    description:
      'Ends the request. The user who made it is not notified, and a repeated request for this conversation does not arrive for 14 days.',
    input: ConversationTarget,
    data: Empty,
    errors: ['request.notFound'],
    example: { input, data: {} },
  }),
} as const satisfies Record<string, CommandSpec>;
