import { topic } from '../../platform/signals.js';
import type { ReceiptAdvance } from '../queues/job-types.js';

/** Published by a worker when storage has these moves. */
export const receiptsPersisted = topic<readonly ReceiptAdvance[]>('receipts.persisted');
