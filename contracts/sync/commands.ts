import type { CommandSpec } from '../command.js';
import { SyncInput, SyncResult } from './schemas.js';

export const syncCommands = {
  'conversation.sync': {
    summary: 'Everything that changed since (epoch, rev), per conversation, in pages',
    input: SyncInput,
    data: SyncResult,
  },
} as const satisfies Record<string, CommandSpec>;
