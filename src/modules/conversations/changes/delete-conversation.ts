import { Inject, Injectable } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { CONFIG, type Config } from '#platform/config/config.js';
import { AppError } from '#platform/errors/app-error.js';
import { Access } from '../access.js';
import { isLobby } from '../domain/unique-keys.js';
import { conversationDeleted } from './conversation-deleted.js';
import { RunChange } from './run-change.js';

/** Deletes a conversation for all its members: only owners may, so a direct conversation cannot be deleted. */
@Injectable()
export class DeleteConversation {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly access: Access,
    private readonly runChange: RunChange,
  ) {}

  /** Throws `conversation.notFound`, also when it is deleted already, and `forbidden`. */
  async execute(actorId: UserId, conversationId: ConversationId): Promise<void> {
    (await this.access.of(conversationId, actorId)).require('delete');
    await this.runChange.execute(conversationId, async (state) => {
      (await state.accessOf(actorId)).require('delete');
      if (this.config.lobbyEnabled && isLobby(state.conversation))
        throw new AppError('forbidden', { detail: 'the lobby cannot be deleted while LOBBY is on' });
      const isPrivate = state.conversation.visibility === 'private';
      const contacts = isPrivate ? { userIds: await state.memberIds(), isWhole: true, isDirect: false } : undefined;
      return { changes: [{ ...conversationDeleted(actorId), contacts }], answer: () => undefined };
    });
  }
}
