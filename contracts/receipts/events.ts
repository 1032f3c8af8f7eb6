import { event, type EventSpec, toMembers } from '../event.js';
import { examples } from '../examples.js';
import { ReceiptAdvanced } from './schemas.js';

export const receiptEvents = {
  'receipt.advanced': event({
    summary: 'A member received or read more',
    description:
      'At most one event per second for each member and conversation; it carries the latest cursors. What the server delivers over a socket is announced in conversations of up to 32 members; in larger ones, read the receipts of a message.',
    to: `${toMembers}, except users on the other side of a block`,
    payload: ReceiptAdvanced,
    example: {
      conversationId: examples.conversationId,
      userId: examples.grace,
      deliveredSeq: 42,
      readSeq: 42,
      at: '2026-03-15T13:38:02.907Z',
    },
  }),
} as const satisfies Record<string, EventSpec>;
