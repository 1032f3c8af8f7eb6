import { Injectable } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Access } from '../access.js';
import { conversationDeleted } from './conversation-deleted.js';
import { RunChange } from './run-change.js';

/** Deletes a conversation for all its members: only owners may, so a direct conversation cannot be deleted. */
@Injectable()
export class DeleteConversation {
  constructor(
    private readonly access: Access,
    private readonly runChange: RunChange,
  ) {}

  /** Throws `conversation.notFound`, also when it is deleted already, and `forbidden`. */
  async execute(actorId: UserId, conversationId: ConversationId): Promise<void> {
    (await this.access.of(conversationId, actorId)).require('delete');
    await this.runChange.execute(conversationId, async (state) => {
      (await state.accessOf(actorId)).require('delete');
      return { changes: [conversationDeleted(actorId)], answer: () => undefined };
    });
  }
}
