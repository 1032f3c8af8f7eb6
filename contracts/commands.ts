import type { z } from 'zod';
import { authCommands } from './auth/commands.js';
import type { CommandSpec } from './command.js';
import { conversationCommands } from './conversations/commands.js';
import type { AckError } from './failures.js';
import { messageCommands } from './messages/commands.js';
import { presenceCommands } from './presence/commands.js';
import { receiptCommands } from './receipts/commands.js';
import { syncCommands } from './sync/commands.js';
import { userCommands } from './users/commands.js';

export type { CommandSpec } from './command.js';
export { AckError } from './failures.js';

/** Every socket command by name. Each is always acked, with `{ ok: true, data }` or `{ ok: false, error }`. */
export const commands = {
  ...messageCommands,
  ...receiptCommands,
  ...presenceCommands,
  ...conversationCommands,
  ...syncCommands,
  ...authCommands,
  ...userCommands,
} as const satisfies Record<string, CommandSpec>;

export type Commands = typeof commands;
export type CommandName = keyof Commands;
/** The payload of a command, parsed. */
export type CommandInput<N extends CommandName> = z.output<Commands[N]['input']>;
/** The `data` of a command's successful ack. */
export type CommandData<N extends CommandName> = z.output<Commands[N]['data']>;

export type Ack<T> = { ok: true; data: T } | { ok: false; error: AckError };
