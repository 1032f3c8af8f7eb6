import { examples } from '../examples.js';
import { PageQuery, pageOf } from '../primitives.js';
import { route, type RouteSpec } from '../route.js';
import { ConversationTarget, memberErrors, messageErrors, MessageTarget, permissionErrors } from '../targets.js';
import { changeRoutes } from './change-routes.js';
import { exampleMessage, exampleReply } from './examples.js';
import {
  FoundMessage,
  HistoryPage,
  HistoryQuery,
  Message,
  MessageEdit,
  MessageList,
  MessageSearchQuery,
  SendBatchBody,
  SendMessageBody,
} from './schemas.js';

const tag = 'messages';
const all = '/v1/conversations/{conversationId}/messages';
const one = `${all}/{seq}`;
const inConversation = { conversationId: examples.conversationId };
const ofMessage = { ...inConversation, seq: 42 };

export const messageRoutes = {
  'message.send': route({
    method: 'POST',
    path: all,
    tag,
    auth: 'user',
    summary: 'Send a message',
    description:
      'Answers once the message is stored. Sending again with the same `clientId` and body answers 200 with the first message and `Idempotent-Replayed: true`.',
    params: ConversationTarget,
    body: SendMessageBody,
    responses: { 201: Message, 200: Message },
    errors: [...permissionErrors, 'message.notFound', 'message.clientIdConflict'],
    example: { params: inConversation, body: { clientId: examples.clientId, text: 'Lunch at noon?' }, response: exampleMessage },
  }),
  'message.sendBatch': route({
    method: 'POST',
    path: `${all}/batch`,
    tag,
    auth: 'user',
    summary: 'Send up to 500 messages',
    description: 'Stores all messages in the given order, or none of them.',
    params: ConversationTarget,
    body: SendBatchBody,
    responses: { 201: MessageList },
    errors: [...permissionErrors, 'message.notFound', 'message.clientIdConflict'],
    bodyBytesMax: 8 * 1024 * 1024,
    example: {
      params: inConversation,
      body: { messages: [{ clientId: examples.clientId, text: 'Lunch at noon?' }] },
      response: { items: [exampleMessage] },
    },
  }),
  'message.history': route({
    method: 'GET',
    path: all,
    tag,
    auth: 'user',
    summary: 'Get a page of history',
    description: 'Reads messages around a position, or the newest ones. Reading advances the delivered cursor of the caller.',
    params: ConversationTarget,
    query: HistoryQuery,
    responses: { 200: HistoryPage },
    errors: memberErrors,
    example: {
      params: inConversation,
      query: { before: 44, limit: 2 },
      response: { items: [exampleMessage, exampleReply], oldestSeq: 42, newestSeq: 43, hasOlder: true, hasNewer: false },
    },
  }),
  'message.get': route({
    method: 'GET',
    path: one,
    tag,
    auth: 'user',
    summary: 'Get a message',
    description: 'Returns one message by its position.',
    params: MessageTarget,
    responses: { 200: Message },
    errors: messageErrors,
    example: { params: ofMessage, response: exampleMessage },
  }),
  'message.replies': route({
    method: 'GET',
    path: `${one}/replies`,
    tag,
    auth: 'user',
    summary: 'List the replies to a message',
    description: 'Lists the direct replies, the oldest first.',
    params: MessageTarget,
    query: PageQuery,
    responses: { 200: pageOf(Message) },
    errors: messageErrors,
    example: { params: ofMessage, query: { limit: 20 }, response: { items: [exampleReply], nextCursor: null } },
  }),
  'message.edits': route({
    method: 'GET',
    path: `${one}/edits`,
    tag,
    auth: 'user',
    summary: 'List the former texts of a message',
    description: 'Lists the texts that edits have replaced, the oldest first.',
    params: MessageTarget,
    query: PageQuery,
    responses: { 200: pageOf(MessageEdit) },
    errors: messageErrors,
    example: {
      params: ofMessage,
      query: { limit: 20 },
      response: { items: [{ seq: 42, text: 'Lunch at noon?', replacedAt: examples.changedAt }], nextCursor: null },
    },
  }),
  'message.search': route({
    method: 'GET',
    path: '/v1/search/messages',
    tag,
    auth: 'user',
    summary: 'Search messages',
    description:
      'Finds the messages that contain all words of the query among those that the caller may see, in one conversation or in all of theirs, the best matches first. Words, phrases, exclusions and beginnings are described at `q`. A new or edited message is found a second or two later, a minute under load.',
    query: MessageSearchQuery,
    responses: { 200: pageOf(FoundMessage) },
    errors: memberErrors,
    example: {
      query: { q: 'lunch -dinner', conversationId: examples.conversationId },
      response: { items: [{ ...exampleMessage, highlights: [{ offset: 0, length: 5 }] }], nextCursor: null },
    },
  }),
  ...changeRoutes,
} as const satisfies Record<string, RouteSpec>;
