import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import type { Conversation, PatchConversationBody } from '#contracts/conversations/schemas.js';
import type { ConversationId, UserId } from '#contracts/primitives.js';
import { AppError } from '#platform/errors/app-error.js';
import { Access } from '../access.js';
import { patchPolicy } from '../domain/policy.js';
import { isLobby, lobbyName } from '../domain/unique-keys.js';
import type { ConversationRow } from '../read/conversation-row.js';
import { FindConversations } from '../read/find-conversations.js';
import { type ConversationSettings, conversationUpdated } from './conversation-updated.js';
import { RunChange } from './run-change.js';

/** Changes name, title, visibility, policy and metadata: admins and owners may. */
@Injectable()
export class PatchConversation {
  constructor(
    private readonly access: Access,
    private readonly runChange: RunChange,
    private readonly findConversations: FindConversations,
  ) {}

  /** A patch without effect is no change. Throws `conversation.notFound`, `forbidden`, `conversation.nameTaken`. */
  async execute(actorId: UserId, conversationId: ConversationId, patch: PatchConversationBody): Promise<Conversation> {
    (await this.access.of(conversationId, actorId)).require('edit');
    return this.runChange.execute(conversationId, async (state) => {
      (await state.accessOf(actorId)).require('edit');
      const answer = () => this.findConversations.getConversation(actorId, conversationId);
      const before = settingsOf(state.conversation);
      const after = patchSettings(before, patch);
      if (isDeepStrictEqual(after, before)) return { changes: [], answer };
      if (after.name === lobbyName && before.name !== lobbyName) throw new AppError('conversation.nameTaken');
      if (isLobby(state.conversation)) refuseHidingLobby(after);
      const claimed = claimedName(before, after);
      if (claimed !== null) await state.claimPublicName(claimed);
      const contacts =
        after.visibility === before.visibility ? undefined : { userIds: await state.memberIds(), isWhole: true, isDirect: false };
      return { changes: [{ ...conversationUpdated(state, actorId, after), contacts }], answer };
    });
  }
}

/** The lobby is found by its name, and new users have to be able to join it. */
function refuseHidingLobby({ name, visibility }: ConversationSettings): void {
  if (name === lobbyName && visibility === 'public') return;
  throw new AppError('forbidden', { detail: 'the lobby keeps its name and stays public' });
}

/** The public name that the conversation did not have before, or null: names of private conversations need not be unique. */
function claimedName(before: ConversationSettings, after: ConversationSettings): string | null {
  if (after.visibility !== 'public') return null;
  return before.visibility === 'public' && before.name === after.name ? null : after.name;
}

function settingsOf({ name, title, visibility, policy, metadata }: ConversationRow): ConversationSettings {
  return { name, title, visibility, policy, metadata };
}

function patchSettings(before: ConversationSettings, patch: PatchConversationBody): ConversationSettings {
  return {
    name: patch.name === undefined ? before.name : patch.name,
    title: patch.title === undefined ? before.title : patch.title,
    visibility: patch.visibility ?? before.visibility,
    policy: patchPolicy(before.policy, patch.policy ?? {}),
    metadata: patch.metadata ?? before.metadata,
  };
}
