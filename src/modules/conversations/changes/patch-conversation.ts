import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import type { Conversation, PatchConversationBody } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Access } from '../access.js';
import { lobbyName } from '../domain/unique-keys.js';
import { patchPolicy } from '../domain/policy.js';
import { type ConversationRow, presentConversation } from '../read/conversation-row.js';
import { FindConversations } from '../read/find-conversations.js';
import type { ChangeBody } from './change-bodies.js';
import { RunChange } from './run-change.js';

type Settings = ChangeBody<'conversation.updated'>;

/** Changes name, title, visibility, policy and metadata: admins and higher. */
@Injectable()
export class PatchConversation {
  constructor(
    private readonly access: Access,
    private readonly runChange: RunChange,
    private readonly find: FindConversations,
  ) {}

  /** Throws `conversation.notFound`, `forbidden`, `conversation.nameTaken`. A patch that changes nothing is no change. */
  async patch(actorId: UserId, conversationId: ConversationId, patch: PatchConversationBody): Promise<Conversation> {
    (await this.access.of(conversationId, actorId)).require('edit');
    return this.runChange.run(conversationId, async (state) => {
      (await state.accessOf(actorId)).require('edit');
      const answer = () => this.find.get(conversationId, actorId);
      const before = settingsOf(state.conversation);
      const body = patched(before, patch);
      if (isDeepStrictEqual(body, before)) return { changes: [], answer };
      if (body.name === lobbyName && before.name !== lobbyName) throw new AppError('conversation.nameTaken');
      if (body.name !== null && body.name !== before.name) await state.claimName(body.name);
      const row = { ...state.conversation, ...body, updated_at: state.at };
      const conversation = presentConversation(row, { epoch: '', seq: row.last_seq, rev: row.last_rev }, null);
      return { changes: [{ kind: 'conversation.updated', actorId, body, conversation }], answer };
    });
  }
}

function settingsOf({ name, title, visibility, policy, metadata }: ConversationRow): Settings {
  return { name, title, visibility, policy, metadata };
}

function patched(before: Settings, patch: PatchConversationBody): Settings {
  return {
    name: patch.name === undefined ? before.name : patch.name,
    title: patch.title === undefined ? before.title : patch.title,
    visibility: patch.visibility ?? before.visibility,
    policy: patchPolicy(before.policy, patch.policy ?? {}),
    metadata: patch.metadata ?? before.metadata,
  };
}
