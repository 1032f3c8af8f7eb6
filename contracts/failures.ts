import { z } from 'zod';

const fieldErrors = z
  .array(z.object({ path: z.string().describe('Dotted; empty for the whole value.'), message: z.string() }))
  .optional()
  .describe('The fields that do not fit, with `validation.failed`.');
const retryAfterMs = z.int().min(0).optional().describe('Milliseconds after which the same request may succeed.');
const limit = z.int().min(0).optional().describe('The limit that was exceeded, with `payload.tooLarge`: bytes, or messages of a batch.');
const requestId = z.string().min(1).describe('Finds the request in the server log.');

/** The body of every failed REST request. */
export const Problem = z
  .object({
    type: z.string().describe('Where the error is explained.'),
    title: z.string(),
    status: z.int(),
    code: z.string().describe('A code of the error catalogue.'),
    detail: z.string(),
    requestId,
    retryAfterMs,
    limit,
    errors: fieldErrors,
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details with a stable `code`.' });
export type Problem = z.infer<typeof Problem>;

/** The error half of an ack. */
export const AckError = z
  .object({
    code: z.string().describe('A code of the error catalogue.'),
    message: z.string(),
    retryable: z.boolean().describe('Whether the same command can succeed later without a change.'),
    requestId,
    retryAfterMs,
    limit,
    errors: fieldErrors,
  })
  .meta({ id: 'AckError', description: 'The error half of an ack.' });
export type AckError = z.infer<typeof AckError>;
