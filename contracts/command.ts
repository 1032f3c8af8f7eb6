import type { z } from 'zod';
import type { ErrorCode } from './errors.js';

/** One socket command: its payload, what the ack's `data` holds, and the errors it adds to the common ones. */
export interface CommandSpec {
  readonly summary: string;
  readonly input: z.ZodType;
  readonly data: z.ZodType;
  readonly errors?: readonly ErrorCode[];
}
