import type { CommandSpec } from '../command.js';
import { messageTarget, notAllowed, notAMember } from '../targets.js';
import { DeleteScope, Emoji, HistoryInput, HistoryPage, Message, MessageText, SendMessageInput } from './schemas.js';

const toOne = [...notAllowed, 'message.notFound', 'message.deleted'] as const;

export const messageCommands = {
  'message.send': {
    summary: 'Send a message',
    input: SendMessageInput,
    data: Message,
    errors: [...notAllowed, 'message.notFound', 'message.clientIdConflict'],
  },
  'message.edit': { summary: 'Edit my message', input: messageTarget.extend({ text: MessageText }), data: Message, errors: toOne },
  'message.delete': {
    summary: 'Delete a message for all, or only for me',
    input: messageTarget.extend({ scope: DeleteScope.optional() }),
    data: Message,
    errors: [...notAllowed, 'message.notFound'],
  },
  'reaction.add': { summary: 'React to a message', input: messageTarget.extend({ emoji: Emoji }), data: Message, errors: toOne },
  'reaction.remove': { summary: 'Take my reaction back', input: messageTarget.extend({ emoji: Emoji }), data: Message, errors: toOne },
  'history.page': {
    summary: 'A page of history; reading it advances my delivered cursor',
    input: HistoryInput,
    data: HistoryPage,
    errors: notAMember,
  },
} as const satisfies Record<string, CommandSpec>;
