import { z } from 'zod';
import { ConversationId, Seq, SeqCursor, Timestamp, UserId } from '../primitives.js';

const cursorFields = { deliveredSeq: SeqCursor.optional(), readSeq: SeqCursor.optional() };
const hasCursor = (body: { deliveredSeq?: number | undefined; readSeq?: number | undefined }) =>
  body.deliveredSeq !== undefined || body.readSeq !== undefined;
const cursorRule = { message: 'deliveredSeq or readSeq is needed', path: ['readSeq'] };

/** Only forward, never beyond the newest `seq` (a higher value is taken as the newest); reading implies delivered. */
export const ReceiptBody = z.strictObject(cursorFields).refine(hasCursor, cursorRule);
export type ReceiptBody = z.infer<typeof ReceiptBody>;
export const ReceiptInput = z.strictObject({ conversationId: ConversationId, ...cursorFields }).refine(hasCursor, cursorRule);
export type ReceiptInput = z.infer<typeof ReceiptInput>;
export const ReceiptState = z.object({ deliveredSeq: SeqCursor, readSeq: SeqCursor, unreadCount: z.int().min(0) });
export type ReceiptState = z.infer<typeof ReceiptState>;
export const Receipt = z.object({ userId: UserId, at: Timestamp });
/** Who had the message delivered and read, with the exact time; the sender is never in it. */
export const MessageReceipts = z.object({ seq: Seq, delivered: z.array(Receipt), read: z.array(Receipt) });
export type MessageReceipts = z.infer<typeof MessageReceipts>;
