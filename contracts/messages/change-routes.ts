import { examples } from '../examples.js';
import { PageQuery, pageOf } from '../primitives.js';
import { route, type RouteSpec } from '../route.js';
import { ConversationTarget, memberErrors, messageChangeErrors, MessageTarget, permissionErrors } from '../targets.js';
import { exampleDeletedMessage, exampleEditedMessage, exampleMessage, examplePinnedMessage, exampleReactedMessage } from './examples.js';
import { DeleteMessageQuery, EditMessageBody, Message, ReactionTarget } from './schemas.js';

const tag = 'messages';
const one = '/v1/conversations/{conversationId}/messages/{seq}';
const params = { conversationId: examples.conversationId, seq: 42 };

/** Edits, deletions, reactions and pins of messages. */
export const changeRoutes = {
  'message.edit': route({
    method: 'PATCH',
    path: one,
    tag,
    auth: 'user',
    summary: 'Edit my message',
    description: 'Replaces the text of a message of the caller, within the edit window of the conversation.',
    params: MessageTarget,
    body: EditMessageBody,
    responses: { 200: Message },
    errors: messageChangeErrors,
    example: { params, body: { text: 'Lunch at one?' }, response: exampleEditedMessage },
  }),
  'message.delete': route({
    method: 'DELETE',
    path: one,
    tag,
    auth: 'user',
    summary: 'Delete a message for everyone, or only for me',
    description:
      'The sender and moderators may delete a message for everyone; any member may hide one from themselves. A tombstone stays in its position.',
    params: MessageTarget,
    query: DeleteMessageQuery,
    responses: { 200: Message },
    errors: [...permissionErrors, 'message.notFound'],
    example: { params, query: { scope: 'all' }, response: exampleDeletedMessage },
  }),
  'reaction.add': route({
    method: 'PUT',
    path: `${one}/reactions/{emoji}`,
    tag,
    auth: 'user',
    summary: 'React to a message',
    description: 'Adds the reaction of the caller. Each member reacts once per emoji.',
    params: ReactionTarget,
    responses: { 200: Message },
    errors: messageChangeErrors,
    example: { params: { ...params, emoji: '👍' }, response: exampleReactedMessage },
  }),
  'reaction.remove': route({
    method: 'DELETE',
    path: `${one}/reactions/{emoji}`,
    tag,
    auth: 'user',
    summary: 'Remove my reaction',
    description: 'Removes the reaction of the caller. It is not an error if there is none.',
    params: ReactionTarget,
    responses: { 200: Message },
    errors: messageChangeErrors,
    example: { params: { ...params, emoji: '👍' }, response: exampleMessage },
  }),
  'pin.put': route({
    method: 'PUT',
    path: `${one}/pin`,
    tag,
    auth: 'user',
    summary: 'Pin a message',
    description: 'Adds the message to the pins of the conversation. Needs the permission `pin`.',
    params: MessageTarget,
    responses: { 200: Message },
    errors: messageChangeErrors,
    example: { params, response: examplePinnedMessage },
  }),
  'pin.delete': route({
    method: 'DELETE',
    path: `${one}/pin`,
    tag,
    auth: 'user',
    summary: 'Unpin a message',
    description: 'Removes the message from the pins of the conversation. Needs the permission `pin`.',
    params: MessageTarget,
    responses: { 200: Message },
    errors: messageChangeErrors,
    example: { params, response: exampleMessage },
  }),
  'pin.list': route({
    method: 'GET',
    path: '/v1/conversations/{conversationId}/pins',
    tag,
    auth: 'user',
    summary: 'List the pinned messages',
    description: 'Lists the pinned messages of a conversation, the latest pin first.',
    params: ConversationTarget,
    query: PageQuery,
    responses: { 200: pageOf(Message) },
    errors: memberErrors,
    example: {
      params: { conversationId: examples.conversationId },
      query: { limit: 20 },
      response: { items: [examplePinnedMessage], nextCursor: null },
    },
  }),
} as const satisfies Record<string, RouteSpec>;
