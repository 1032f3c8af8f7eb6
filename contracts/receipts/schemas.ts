import { z } from 'zod';
import { ConversationId, Seq, SeqCursor, Timestamp, UserId } from '../primitives.js';

const cursorFields = { deliveredSeq: SeqCursor.optional(), readSeq: SeqCursor.optional() };
const hasCursor = (body: { deliveredSeq?: number | undefined; readSeq?: number | undefined }) =>
  body.deliveredSeq !== undefined || body.readSeq !== undefined;
const cursorRule = { message: 'deliveredSeq or readSeq is needed', path: ['readSeq'] };
const cursorDescription =
  'At least one cursor. Cursors only move forward; a value beyond the newest message means the newest message, and what is read is also delivered.';

export const ReceiptBody = z
  .strictObject(cursorFields)
  .refine(hasCursor, cursorRule)
  .meta({ id: 'ReceiptBody', description: cursorDescription });
export type ReceiptBody = z.infer<typeof ReceiptBody>;
export const ReceiptInput = z
  .strictObject({ conversationId: ConversationId, ...cursorFields })
  .refine(hasCursor, cursorRule)
  .meta({ id: 'ReceiptInput', description: cursorDescription });
export type ReceiptInput = z.infer<typeof ReceiptInput>;

export const ReceiptState = z
  .object({ deliveredSeq: SeqCursor, readSeq: SeqCursor, unreadCount: z.int().min(0) })
  .meta({ id: 'ReceiptState', description: "The caller's cursors after the change, and how many messages are left unread." });
export type ReceiptState = z.infer<typeof ReceiptState>;

export const Receipt = z
  .object({ userId: UserId, at: Timestamp })
  .meta({ id: 'Receipt', description: 'A user and the moment their cursor passed the message.' });
export const MessageReceipts = z.object({ seq: Seq, delivered: z.array(Receipt), read: z.array(Receipt) }).meta({
  id: 'MessageReceipts',
  description: 'The members who have received and read a message. The sender and users who joined after the message are never listed.',
});
export type MessageReceipts = z.infer<typeof MessageReceipts>;

export const ReceiptAdvanced = z
  .object({ conversationId: ConversationId, userId: UserId, deliveredSeq: SeqCursor, readSeq: SeqCursor, at: Timestamp })
  .meta({ id: 'ReceiptAdvanced', description: 'The cursors of a member as they are now.' });
