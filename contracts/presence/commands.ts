import { z } from 'zod';
import type { CommandSpec } from '../command.js';
import { conversationTarget, notAllowed, notAMember } from '../targets.js';
import { Presence, PresenceSetInput, PresenceWatchInput } from './schemas.js';

const empty = z.strictObject({});

export const presenceCommands = {
  'typing.start': { summary: 'Say that I am typing; ends by itself after 6 s', input: conversationTarget, data: empty, errors: notAllowed },
  'typing.stop': { summary: 'Say that I stopped typing', input: conversationTarget, data: empty, errors: notAMember },
  'presence.set': { summary: 'Set my status and text', input: PresenceSetInput, data: Presence },
  'presence.watch': {
    summary: "Follow users' presence; answers their present one",
    input: PresenceWatchInput,
    data: z.object({ items: z.array(Presence) }),
  },
  'presence.unwatch': { summary: "Stop following users' presence", input: PresenceWatchInput, data: empty },
} as const satisfies Record<string, CommandSpec>;
