import type { Settings } from '#platform/config/config.js';
import { ConversationId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { DeletedConversations } from '../modules/conversations/deleted-conversations.js';
import { conversationModule } from '../roles/roles.js';
import { runMaintenance } from './maintenance.js';

/** `parley conversation restore`: undoes the deletion of a conversation. Returns 0, or 1 when it cannot be restored. */
export async function conversationRestoreCommand(settings: Settings, id: string): Promise<number> {
  const parsed = ConversationId.safeParse(id);
  if (!parsed.success) return refuse(`"${id}" is not the id of a conversation.`);
  return runMaintenance(settings, conversationModule, async (app) => {
    try {
      const { name, memberCount } = await app.get(DeletedConversations).restoreConversation(parsed.data);
      process.stdout.write(`Conversation ${id}${name === null ? '' : ` ("${name}")`} is there again, with ${memberCount} members.\n`);
      return 0;
    } catch (error) {
      if (error instanceof AppError && error.code === 'conversation.notFound')
        return refuse(`There is no conversation ${id}, or its time to be restored is over.`);
      throw error;
    }
  });
}

function refuse(reason: string): number {
  process.stderr.write(`parley: ${reason}\n`);
  return 1;
}
