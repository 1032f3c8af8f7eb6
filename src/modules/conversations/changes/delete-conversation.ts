import { Injectable } from '@nestjs/common';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { Access } from '../access.js';
import { RunChange } from './run-change.js';

/** Deletes a conversation for everybody: its owners may; a direct one has none. */
@Injectable()
export class DeleteConversation {
  constructor(
    private readonly access: Access,
    private readonly runChange: RunChange,
  ) {}

  /** Throws `conversation.notFound`, also the second time, and `forbidden`. */
  async delete(actorId: UserId, conversationId: ConversationId): Promise<void> {
    (await this.access.of(conversationId, actorId)).require('delete');
    await this.runChange.run(conversationId, async (state) => {
      (await state.accessOf(actorId)).require('delete');
      return { changes: [{ kind: 'conversation.deleted', actorId, body: {} }], answer: () => undefined };
    });
  }
}
