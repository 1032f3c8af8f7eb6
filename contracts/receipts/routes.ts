import { examples } from '../examples.js';
import { route, type RouteSpec } from '../route.js';
import { ConversationTarget, memberErrors, MessageTarget, permissionErrors } from '../targets.js';
import { MessageReceipts, ReceiptBody, ReceiptState } from './schemas.js';

const params = { conversationId: examples.conversationId };

export const receiptRoutes = {
  'receipt.put': route({
    method: 'PUT',
    path: '/v1/conversations/{conversationId}/receipts',
    tag: 'receipts',
    auth: 'user',
    summary: 'Advance my delivered and read cursors',
    description:
      'Marks everything up to a position as delivered or read. Lower values than before change nothing. Messages that the server delivers over a socket, by catching up or as history are marked as delivered without this call, within a second.',
    params: ConversationTarget,
    body: ReceiptBody,
    responses: { 200: ReceiptState },
    errors: memberErrors,
    example: { params, body: { readSeq: 42 }, response: { deliveredSeq: 42, readSeq: 42, unreadCount: 1 } },
  }),
  'message.receipts': route({
    method: 'GET',
    path: '/v1/conversations/{conversationId}/messages/{seq}/receipts',
    tag: 'messages',
    auth: 'user',
    summary: 'List who has received and read a message',
    description:
      'Available to the sender of the message and to admins. Lists the users who were members when the message was sent, including those who have left since, except users who block the caller or are blocked.',
    params: MessageTarget,
    responses: { 200: MessageReceipts },
    errors: [...permissionErrors, 'message.notFound'],
    example: {
      params: { ...params, seq: 42 },
      response: {
        seq: 42,
        delivered: [{ userId: examples.grace, at: '2026-03-15T13:37:25.241Z' }],
        read: [{ userId: examples.grace, at: '2026-03-15T13:38:02.907Z' }],
      },
    },
  }),
} as const satisfies Record<string, RouteSpec>;
