import { z } from 'zod';
import { authCommands } from './auth/commands.js';
import type { CommandSpec } from './command.js';
import { conversationCommands } from './conversations/commands.js';
import { messageCommands } from './messages/commands.js';
import { presenceCommands } from './presence/commands.js';
import { receiptCommands } from './receipts/commands.js';
import { syncCommands } from './sync/commands.js';

export type { CommandSpec } from './command.js';

/** Every socket command by name. The ack is `{ ok: true, data }` or `{ ok: false, error }`, always. */
export const commands = {
  ...messageCommands,
  ...receiptCommands,
  ...presenceCommands,
  ...conversationCommands,
  ...syncCommands,
  ...authCommands,
} as const satisfies Record<string, CommandSpec>;

export type Commands = typeof commands;
export type CommandName = keyof Commands;
/** The parsed payload of a command. */
export type CommandInput<N extends CommandName> = z.output<Commands[N]['input']>;
/** The `data` of a command's successful ack. */
export type CommandData<N extends CommandName> = z.output<Commands[N]['data']>;

/** The error half of an ack. */
export const AckError = z.object({
  code: z.string(),
  message: z.string(),
  retryable: z.boolean(),
  requestId: z.string(),
  retryAfterMs: z.int().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type AckError = z.infer<typeof AckError>;
export type Ack<T> = { ok: true; data: T } | { ok: false; error: AckError };
