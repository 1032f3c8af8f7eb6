import { z } from 'zod';
import { isDataRefused } from '#platform/errors/postgres-errors.js';
import { UnknownEntryError } from '../../log/entry-appliers.js';

/**
 * Whether storage refused the data itself, so that repeating cannot help: SQLSTATE classes 21, 22 and 23 (cardinality,
 * data exception, integrity constraint), 54 (a program limit, such as a row too large), an entry that fits no schema, or
 * one of a kind nobody applies. Everything else (connections, time-outs, deadlocks, a full disk) passes.
 */
export function isDataFault(error: unknown): boolean {
  return error instanceof z.ZodError || error instanceof UnknownEntryError || isDataRefused(error);
}
