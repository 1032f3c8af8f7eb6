import { command, type CommandSpec } from '../command.js';
import { examples } from '../examples.js';
import { Empty } from '../primitives.js';
import { memberErrors, messageChangeErrors, MessageTarget, permissionErrors } from '../targets.js';
import { exampleDeletedMessage, exampleEditedMessage, exampleMessage, exampleReactedMessage, exampleReply } from './examples.js';
import {
  DeleteMessageInput,
  EditMessageInput,
  HistoryInput,
  HistoryPage,
  Message,
  ReactionTarget,
  SavedMessage,
  SendMessageInput,
} from './schemas.js';

const inConversation = { conversationId: examples.conversationId };
const ofMessage = { ...inConversation, seq: 42 };

export const messageCommands = {
  'message.send': command({
    summary: 'Send a message',
    description:
      'The ack means that the message is stored. Without an ack, send again with the same `clientId`: a message that was stored is returned, not duplicated.',
    input: SendMessageInput,
    data: Message,
    errors: [...permissionErrors, 'message.notFound', 'message.clientIdConflict'],
    example: { input: { ...inConversation, clientId: examples.clientId, text: 'Lunch at noon?' }, data: exampleMessage },
  }),
  'message.edit': command({
    summary: 'Edit my message',
    description: 'Replaces the text of a message of the caller, within the edit window of the conversation.',
    input: EditMessageInput,
    data: Message,
    errors: messageChangeErrors,
    example: { input: { ...ofMessage, text: 'Lunch at one?' }, data: exampleEditedMessage },
  }),
  'message.delete': command({
    summary: 'Delete a message for everyone, or only for me',
    description:
      'The sender and moderators may delete a message for everyone; any member may hide one from themselves. A tombstone stays in its position.',
    input: DeleteMessageInput,
    data: Message,
    errors: [...permissionErrors, 'message.notFound'],
    example: { input: { ...ofMessage, scope: 'all' }, data: exampleDeletedMessage },
  }),
  'reaction.add': command({
    summary: 'React to a message',
    description: 'Adds the reaction of the caller. Each member reacts once per emoji.',
    input: ReactionTarget,
    data: Message,
    errors: messageChangeErrors,
    example: { input: { ...ofMessage, emoji: '👍' }, data: exampleReactedMessage },
  }),
  'reaction.remove': command({
    summary: 'Remove my reaction',
    description: 'Removes the reaction of the caller. It is not an error if there is none.',
    input: ReactionTarget,
    data: Message,
    errors: messageChangeErrors,
    example: { input: { ...ofMessage, emoji: '👍' }, data: exampleMessage },
  }),
  'message.save': command({
    summary: 'Save a message for me',
    description: 'Adds the message to the saved messages of the caller. Nobody else learns of it. Saving it again keeps the first time.',
    input: MessageTarget,
    data: SavedMessage,
    errors: messageChangeErrors,
    example: { input: ofMessage, data: { message: exampleMessage, savedAt: examples.changedAt } },
  }),
  'message.unsave': command({
    summary: 'Remove a message from my saved messages',
    description: 'It is not an error if the message was not saved.',
    input: MessageTarget,
    data: Empty,
    errors: memberErrors,
    example: { input: ofMessage, data: {} },
  }),
  'history.page': command({
    summary: 'Get a page of history',
    description: 'Reads messages around a position, or the newest ones. Reading advances the delivered cursor of the caller.',
    input: HistoryInput,
    data: HistoryPage,
    errors: memberErrors,
    example: {
      input: { ...inConversation, before: 44, limit: 2 },
      data: { items: [exampleMessage, exampleReply], oldestSeq: 42, newestSeq: 43, hasOlder: true, hasNewer: false },
    },
  }),
} as const satisfies Record<string, CommandSpec>;
