import type { z } from 'zod';
import type { ErrorCode } from './errors.js';

/** A socket command: what the client sends, what a successful ack carries, and the errors it adds to those of every command. */
export interface CommandSpec<Input extends z.ZodType = z.ZodType, Data extends z.ZodType = z.ZodType> {
  /** What the command does, in a few words. */
  readonly summary: string;
  /** What a client has to know to use it. */
  readonly description: string;
  readonly input: Input;
  /** The `data` of a successful ack. */
  readonly data: Data;
  readonly errors?: readonly ErrorCode[];
  readonly example: { readonly input: z.input<Input>; readonly data: z.input<Data> };
}

/** Types a command's example by the command's own schemas. */
export function command<Input extends z.ZodType, Data extends z.ZodType>(spec: CommandSpec<Input, Data>): CommandSpec<Input, Data> {
  return spec;
}
