import { examples } from '../examples.js';
import { PageQuery, pageOf } from '../primitives.js';
import { route, type RouteSpec } from '../route.js';
import { ConversationTarget, memberErrors, permissionErrors } from '../targets.js';
import { exampleConversation, exampleJoinedConversation, examplePublicConversation, exampleSummary } from './examples.js';
import { memberRoutes } from './member-routes.js';
import { requestRoutes } from './request-routes.js';
import {
  Conversation,
  ConversationNameTarget,
  ConversationSummary,
  CreateConversationBody,
  PatchConversationBody,
  PublicConversationsQuery,
} from './schemas.js';

const tag = 'conversations';
const one = '/v1/conversations/{conversationId}';
const params = { conversationId: examples.conversationId };

export const conversationRoutes = {
  'conversation.create': route({
    method: 'POST',
    path: '/v1/conversations',
    tag,
    auth: 'user',
    summary: 'Create a conversation',
    description:
      'Makes the caller the owner and adds the named users. For two users there is one `direct` conversation: creating it again answers 200 with the existing one. Users who do not let the caller add them (setting `whoMayAdd`) receive a request instead. Each named user counts against the additions per minute of the caller, and users who neither answer nor do anything there against those per day; beyond either limit the answer is `rateLimited`. A direct conversation that waits for an answer has one member, who cannot post yet; the other user accepts by accepting the request or by creating it too.',
    body: CreateConversationBody,
    responses: { 201: Conversation, 200: Conversation },
    errors: ['user.notFound', 'conversation.nameTaken', 'forbidden'],
    example: {
      body: { type: 'group', name: 'engine-room', title: 'Engine room', memberIds: [examples.grace] },
      response: exampleConversation,
    },
  }),
  'conversation.list': route({
    method: 'GET',
    path: '/v1/conversations',
    tag,
    auth: 'user',
    summary: 'List my conversations',
    description: 'Lists the conversations of the caller, the latest activity first, each with its last message and unread count.',
    query: PageQuery,
    responses: { 200: pageOf(ConversationSummary) },
    example: { query: { limit: 20 }, response: { items: [exampleSummary], nextCursor: null } },
  }),
  'conversation.listPublic': route({
    method: 'GET',
    path: '/v1/conversations/public',
    tag,
    auth: 'user',
    summary: 'List public conversations',
    description: 'The directory: public conversations whose name or title contains `query`, the newest first.',
    query: PublicConversationsQuery,
    responses: { 200: pageOf(Conversation) },
    example: { query: { query: 'engine' }, response: { items: [examplePublicConversation], nextCursor: null } },
  }),
  'conversation.byName': route({
    method: 'GET',
    path: '/v1/conversations/by-name/{name}',
    tag,
    auth: 'user',
    summary: 'Get a conversation by its name',
    description:
      'Finds a conversation of the caller with this name, else the public one. Of several own ones with the same name it finds the public one, else the oldest.',
    params: ConversationNameTarget,
    responses: { 200: Conversation },
    errors: memberErrors,
    example: { params: { name: 'engine-room' }, response: exampleConversation },
  }),
  'conversation.get': route({
    method: 'GET',
    path: one,
    tag,
    auth: 'user',
    summary: 'Get a conversation',
    description: 'Returns a public conversation, or one the caller is a member of.',
    params: ConversationTarget,
    responses: { 200: Conversation },
    errors: memberErrors,
    example: { params, response: exampleConversation },
  }),
  'conversation.patch': route({
    method: 'PATCH',
    path: one,
    tag,
    auth: 'user',
    summary: 'Change a conversation',
    description: 'Changes name, title, visibility, policy or metadata. Needs the permission `edit`.',
    params: ConversationTarget,
    body: PatchConversationBody,
    responses: { 200: Conversation },
    errors: [...permissionErrors, 'conversation.nameTaken'],
    example: {
      params,
      body: { title: 'Engine room', policy: { slowModeSeconds: 10 } },
      response: {
        ...exampleConversation,
        rev: 58,
        policy: { ...exampleConversation.policy, slowModeSeconds: 10 },
        updatedAt: examples.changedAt,
      },
    },
  }),
  'conversation.delete': route({
    method: 'DELETE',
    path: one,
    tag,
    auth: 'user',
    summary: 'Delete a conversation',
    description: 'Deletes the conversation for all members. Needs the permission `delete`.',
    params: ConversationTarget,
    responses: { 204: null },
    errors: permissionErrors,
    example: { params },
  }),
  'conversation.join': route({
    method: 'POST',
    path: `${one}/join`,
    tag,
    auth: 'user',
    summary: 'Join a public conversation',
    description: 'Makes the caller a member. A banned user cannot join.',
    params: ConversationTarget,
    responses: { 200: Conversation },
    errors: [...permissionErrors, 'member.alreadyMember'],
    example: { params, response: exampleJoinedConversation },
  }),
  'conversation.leave': route({
    method: 'POST',
    path: `${one}/leave`,
    tag,
    auth: 'user',
    summary: 'Leave a conversation',
    description:
      'Ends the membership of the caller. When the last owner leaves, the highest and longest-standing member becomes the owner. A direct conversation cannot be left.',
    params: ConversationTarget,
    responses: { 204: null },
    errors: permissionErrors,
    example: { params },
  }),
  ...memberRoutes,
  ...requestRoutes,
} as const satisfies Record<string, RouteSpec>;
