import type { RouteSpec } from '../route.js';
import { conversationTarget, messageTarget, notAllowed, notAMember } from '../targets.js';
import { MessageReceipts, ReceiptBody, ReceiptState } from './schemas.js';

const tag = 'receipts';

export const receiptRoutes = {
  'receipt.put': {
    method: 'PUT',
    path: '/v1/conversations/{conversationId}/receipts',
    tag,
    auth: 'user',
    summary: 'Advance my delivered and read cursors',
    params: conversationTarget,
    body: ReceiptBody,
    responses: { 200: ReceiptState },
    errors: notAMember,
  },
  'message.receipts': {
    method: 'GET',
    path: '/v1/conversations/{conversationId}/messages/{seq}/receipts',
    tag: 'messages',
    auth: 'user',
    summary: 'Who has it delivered and read, for its sender and admins',
    params: messageTarget,
    responses: { 200: MessageReceipts },
    errors: [...notAllowed, 'message.notFound'],
  },
} as const satisfies Record<string, RouteSpec>;
