import { PageQuery, pageOf } from '../primitives.js';
import { examples } from '../examples.js';
import { route, type RouteSpec } from '../route.js';
import { ConversationTarget } from '../targets.js';
import { exampleJoinedConversation, exampleRequest } from './examples.js';
import { AdditionRequest } from './request-schemas.js';
import { Conversation } from './schemas.js';

const tag = 'conversations';
const params = { conversationId: examples.conversationId };

/** Requests of other users to add the caller, who does not let everybody do so. */
export const requestRoutes = {
  'request.list': route({
    method: 'GET',
    path: '/v1/requests',
    tag,
    auth: 'user',
    summary: 'List the requests to add me',
    description: 'Lists the open requests, the newest first. A request expires after 14 days.',
    query: PageQuery,
    responses: { 200: pageOf(AdditionRequest) },
    example: { query: { limit: 20 }, response: { items: [exampleRequest], nextCursor: null } },
  }),
  'request.accept': route({
    method: 'POST',
    path: '/v1/requests/{conversationId}/accept',
    tag,
    auth: 'user',
    summary: 'Accept a request to add me',
    description: 'Makes the caller a member, provided that the user who made the request still may add them.',
    params: ConversationTarget,
    responses: { 200: Conversation },
    errors: ['request.notFound', 'conversation.notFound', 'forbidden'],
    example: { params, response: exampleJoinedConversation },
  }),
  'request.decline': route({
    method: 'POST',
    path: '/v1/requests/{conversationId}/decline',
    tag,
    auth: 'user',
    summary: 'Decline a request to add me',
    description:
      'Ends the request. The user who made it is not notified, and a repeated request for this conversation does not arrive for 14 days.',
    params: ConversationTarget,
    responses: { 204: null },
    errors: ['request.notFound'],
    example: { params },
  }),
} as const satisfies Record<string, RouteSpec>;
