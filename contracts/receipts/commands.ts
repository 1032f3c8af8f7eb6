import { command, type CommandSpec } from '../command.js';
import { examples } from '../examples.js';
import { memberErrors } from '../targets.js';
import { ReceiptInput, ReceiptState } from './schemas.js';

export const receiptCommands = {
  'receipt.advance': command({
    summary: 'Advance my delivered and read cursors',
    description:
      'Marks everything up to a position as delivered or read. Lower values than before change nothing. Messages that the server delivers over a socket, by catching up or as history are marked as delivered without this call, within a second.',
    input: ReceiptInput,
    data: ReceiptState,
    errors: memberErrors,
    example: {
      input: { conversationId: examples.conversationId, readSeq: 42 },
      data: { deliveredSeq: 42, readSeq: 42, unreadCount: 1 },
    },
  }),
} as const satisfies Record<string, CommandSpec>;
