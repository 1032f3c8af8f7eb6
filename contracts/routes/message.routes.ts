import { z } from 'zod';
import { DeleteMessageQuery, EditMessageBody, Emoji, HistoryPage, HistoryQuery, Message, MessageEdit, MessageReceipts, MessageSearchQuery, ReceiptBody, ReceiptState, SendBatchBody, SendMessageBody, SyncInput, SyncResult } from '../messages.js';
import { PageQuery, pageOf } from '../primitives.js';
import { conversationParams, messageParams, notAllowed, notAMember, type RouteSpec } from './route.js';

const tag = 'messages';
const all = '/v1/conversations/{conversationId}/messages';
const one = `${all}/{seq}`;
const reactionParams = messageParams.extend({ emoji: Emoji });
const toOne = [...notAllowed, 'message.notFound', 'message.deleted'] as const;
const ofOne = [...notAMember, 'message.notFound'] as const;

export const messageRoutes = {
  'message.send': { method: 'POST', path: all, tag, auth: 'user', summary: 'Send a message; a replay answers 200 and `Idempotent-Replayed: true`', params: conversationParams, body: SendMessageBody, responses: { 201: Message, 200: Message }, errors: [...notAllowed, 'message.notFound', 'message.clientIdConflict'] },
  'message.sendBatch': { method: 'POST', path: `${all}/batch`, tag, auth: 'user', summary: 'Send up to 500 messages, all or nothing', params: conversationParams, body: SendBatchBody, responses: { 201: z.object({ items: z.array(Message) }) }, errors: [...notAllowed, 'message.notFound', 'message.clientIdConflict'], bodyBytesMax: 8 * 1024 * 1024 },
  'message.history': { method: 'GET', path: all, tag, auth: 'user', summary: 'A page of history; reading it advances my delivered cursor', params: conversationParams, query: HistoryQuery, responses: { 200: HistoryPage }, errors: notAMember },
  'message.get': { method: 'GET', path: one, tag, auth: 'user', summary: 'One message', params: messageParams, responses: { 200: Message }, errors: ofOne },
  'message.edit': { method: 'PATCH', path: one, tag, auth: 'user', summary: 'Edit my message', params: messageParams, body: EditMessageBody, responses: { 200: Message }, errors: toOne },
  'message.delete': { method: 'DELETE', path: one, tag, auth: 'user', summary: 'Delete a message for all, or only for me', params: messageParams, query: DeleteMessageQuery, responses: { 200: Message }, errors: [...notAllowed, 'message.notFound'] },
  'message.replies': { method: 'GET', path: `${one}/replies`, tag, auth: 'user', summary: 'The replies to a message, oldest first', params: messageParams, query: PageQuery, responses: { 200: pageOf(Message) }, errors: ofOne },
  'message.edits': { method: 'GET', path: `${one}/edits`, tag, auth: 'user', summary: 'The former texts of a message, oldest first', params: messageParams, query: PageQuery, responses: { 200: pageOf(MessageEdit) }, errors: ofOne },
  'reaction.add': { method: 'PUT', path: `${one}/reactions/{emoji}`, tag, auth: 'user', summary: 'React to a message', params: reactionParams, responses: { 200: Message }, errors: toOne },
  'reaction.remove': { method: 'DELETE', path: `${one}/reactions/{emoji}`, tag, auth: 'user', summary: 'Take my reaction back', params: reactionParams, responses: { 200: Message }, errors: toOne },
  'pin.put': { method: 'PUT', path: `${one}/pin`, tag, auth: 'user', summary: 'Pin a message', params: messageParams, responses: { 200: Message }, errors: toOne },
  'pin.delete': { method: 'DELETE', path: `${one}/pin`, tag, auth: 'user', summary: 'Unpin a message', params: messageParams, responses: { 200: Message }, errors: toOne },
  'pin.list': { method: 'GET', path: '/v1/conversations/{conversationId}/pins', tag, auth: 'user', summary: 'The pinned messages, latest pin first', params: conversationParams, query: PageQuery, responses: { 200: pageOf(Message) }, errors: notAMember },
  'message.receipts': { method: 'GET', path: `${one}/receipts`, tag, auth: 'user', summary: 'Who has it delivered and read, for its sender and admins', params: messageParams, responses: { 200: MessageReceipts }, errors: [...notAllowed, 'message.notFound'] },
  'message.search': { method: 'GET', path: '/v1/search/messages', tag, auth: 'user', summary: 'Search the messages I may see, newest first', query: MessageSearchQuery, responses: { 200: pageOf(Message) }, errors: notAMember },
  'receipt.put': { method: 'PUT', path: '/v1/conversations/{conversationId}/receipts', tag: 'receipts', auth: 'user', summary: 'Advance my delivered and read cursors', params: conversationParams, body: ReceiptBody, responses: { 200: ReceiptState }, errors: notAMember },
  'sync.post': { method: 'POST', path: '/v1/sync', tag: 'sync', auth: 'user', summary: 'Everything that changed since (epoch, rev), per conversation, in pages', body: SyncInput, responses: { 200: SyncResult } },
} as const satisfies Record<string, RouteSpec>;
