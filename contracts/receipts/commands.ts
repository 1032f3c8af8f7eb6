import type { CommandSpec } from '../command.js';
import { notAMember } from '../targets.js';
import { ReceiptInput, ReceiptState } from './schemas.js';

export const receiptCommands = {
  'receipt.advance': {
    summary: 'Advance my delivered and read cursors',
    input: ReceiptInput,
    data: ReceiptState,
    errors: notAMember,
  },
} as const satisfies Record<string, CommandSpec>;
