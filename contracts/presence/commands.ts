import { command, type CommandSpec } from '../command.js';
import { examples } from '../examples.js';
import { Empty } from '../primitives.js';
import { ConversationTarget, memberErrors, permissionErrors } from '../targets.js';
import { examplePresence } from './examples.js';
import { Presence, PresenceList, PresenceSetInput, PresenceWatchInput } from './schemas.js';

const inConversation = { conversationId: examples.conversationId };

export const presenceCommands = {
  'typing.start': command({
    summary: 'Show that I am typing',
    description: 'Lasts 6 seconds; send it again while the user keeps typing.',
    input: ConversationTarget,
    data: Empty,
    errors: permissionErrors,
    example: { input: inConversation, data: {} },
  }),
  'typing.stop': command({
    summary: 'Show that I stopped typing',
    description: 'Ends `typing.start` early. Sending the message does so too.',
    input: ConversationTarget,
    data: Empty,
    errors: memberErrors,
    example: { input: inConversation, data: {} },
  }),
  'presence.set': command({
    summary: 'Set my status and text',
    description: 'Sets the status of the user and the text beside it, and returns their presence.',
    input: PresenceSetInput,
    data: Presence,
    example: {
      input: { status: 'away', text: 'In the compiler room' },
      data: { ...examplePresence, status: 'away' },
    },
  }),
  'presence.watch': command({
    summary: "Watch other users' presence",
    description:
      'Returns their present status; changes follow as `presence.changed` until the socket closes or stops watching. A user who is not a contact (see `GET /v1/users/online`), blocks this one or is blocked is reported as offline; as soon as they become a contact or the block is lifted, their presence follows as `presence.changed`.',
    input: PresenceWatchInput,
    data: PresenceList,
    example: { input: { userIds: [examples.grace] }, data: { items: [examplePresence] } },
  }),
  'presence.unwatch': command({
    summary: "Stop watching other users' presence",
    description: 'Ends `presence.watch` for these users, on this socket.',
    input: PresenceWatchInput,
    data: Empty,
    example: { input: { userIds: [examples.grace] }, data: {} },
  }),
} as const satisfies Record<string, CommandSpec>;
