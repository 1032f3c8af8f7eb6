import { z } from 'zod';
import type { CommandSpec } from '../command.js';
import { storableText, Timestamp } from '../primitives.js';

export const authCommands = {
  'session.ping': {
    summary: 'Measure the way to the server and back',
    input: z.strictObject({ nonce: storableText(1, 128) }),
    data: z.object({ nonce: z.string(), serverTime: Timestamp }),
  },
} as const satisfies Record<string, CommandSpec>;
