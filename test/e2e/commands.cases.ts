import type { CommandName } from '#contracts/commands.js';
import type { Cases } from './cases/case.js';
import { conversationCommandCases } from './cases/conversation.commands.cases.js';
import { messageCommandCases } from './cases/message.commands.cases.js';
import { presenceCommandCases } from './cases/presence.commands.cases.js';
import { requestCommandCases } from './cases/request.cases.js';
import { settingsCommandCases } from './cases/settings.cases.js';

/** The five cases of every socket command. A command of the contract without cases does not compile. */
export const commandCases: Record<CommandName, Cases> = {
  ...messageCommandCases,
  ...presenceCommandCases,
  ...conversationCommandCases,
  ...requestCommandCases,
  ...settingsCommandCases,
};
