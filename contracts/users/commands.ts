import { command, type CommandSpec } from '../command.js';
import { Empty } from '../primitives.js';
import { exampleSettings } from './examples.js';
import { PatchSettingsBody, Settings } from './schemas.js';

export const userCommands = {
  'settings.get': command({
    summary: 'Get my settings',
    description: 'Returns what the user has decided about being added, last seen and appearing offline.',
    input: Empty,
    data: Settings,
    example: { input: {}, data: exampleSettings },
  }),
  'settings.patch': command({
    summary: 'Change my settings',
    description: 'Changes the settings that are present and returns all of them. A change is in force on all nodes when the ack arrives.',
    input: PatchSettingsBody,
    data: Settings,
    example: { input: { whoMayAdd: 'contacts' }, data: exampleSettings },
  }),
} as const satisfies Record<string, CommandSpec>;
