import { z } from 'zod';
import { UnknownEntryError } from '../../log/entry-appliers.js';

/**
 * Whether storage refused the data itself, so that repeating cannot help: SQLSTATE classes 21, 22 and 23 (cardinality,
 * data exception, integrity constraint), 54 (a program limit, such as a row too large), an entry that fits no schema, or
 * one of a kind nobody applies. Everything else (connections, time-outs, deadlocks, a full disk) passes.
 */
export function isDataFault(error: unknown): boolean {
  if (error instanceof z.ZodError || error instanceof UnknownEntryError) return true;
  if (typeof error !== 'object' || error === null || !('code' in error) || typeof error.code !== 'string') return false;
  return /^(21|22|23|54)[0-9A-Z]{3}$/.test(error.code);
}
