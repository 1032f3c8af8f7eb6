import { command, type CommandSpec } from '../command.js';
import { exampleSyncInput, exampleSyncResult } from './examples.js';
import { SyncInput, SyncResult } from './schemas.js';

export const syncCommands = {
  'conversation.sync': command({
    summary: 'Catch up on everything missed',
    description: 'Returns what changed in each conversation since the given `epoch` and `rev`, however long the client was away.',
    input: SyncInput,
    data: SyncResult,
    example: { input: exampleSyncInput, data: exampleSyncResult },
  }),
} as const satisfies Record<string, CommandSpec>;
