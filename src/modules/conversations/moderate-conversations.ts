import { Injectable } from '@nestjs/common';
import type {
  Ban,
  Conversation,
  Member,
  Mute,
  PatchConversationBody,
  PublicConversationsQuery,
  Role,
  TermsBody,
} from '#contracts/conversations/schemas.js';
import type { ConversationId, Page, PageQuery, UserId } from '#contracts/primitives.js';
import { BanUser } from './changes/ban-user.js';
import { ChangeRole } from './changes/change-role.js';
import { DeleteConversation } from './changes/delete-conversation.js';
import { MuteMember } from './changes/mute-member.js';
import { PatchConversation } from './changes/patch-conversation.js';
import { RemoveMember } from './changes/remove-member.js';
import { FindConversations } from './read/find-conversations.js';
import { ListRestrictions } from './read/list-restrictions.js';
import { operatorId } from './member-access.js';

/**
 * What operators may see and do in every conversation, public or private, the lobby included. The use cases are those of members and throw
 * the same errors. The caller has checked that an operator asks, and records it.
 */
@Injectable()
export class ModerateConversations {
  constructor(
    private readonly find: FindConversations,
    private readonly restrictions: ListRestrictions,
    private readonly patchConversation: PatchConversation,
    private readonly deleteConversation: DeleteConversation,
    private readonly role: ChangeRole,
    private readonly removal: RemoveMember,
    private readonly bans: BanUser,
    private readonly mutes: MuteMember,
  ) {}

  listConversations(query: PublicConversationsQuery): Promise<Page<Conversation>> {
    return this.find.listAll(query);
  }

  getConversation(conversationId: ConversationId): Promise<Conversation> {
    return this.find.getConversation(operatorId, conversationId);
  }

  changeConversation(conversationId: ConversationId, patch: PatchConversationBody): Promise<Conversation> {
    return this.patchConversation.execute(operatorId, conversationId, patch);
  }

  closeConversation(conversationId: ConversationId): Promise<void> {
    return this.deleteConversation.execute(operatorId, conversationId);
  }

  listMembers(conversationId: ConversationId, query: PageQuery): Promise<Page<Member>> {
    return this.find.listMembers(operatorId, conversationId, query);
  }

  changeRole(conversationId: ConversationId, userId: UserId, role: Role): Promise<Member> {
    return this.role.execute(operatorId, conversationId, userId, role);
  }

  removeMember(conversationId: ConversationId, userId: UserId): Promise<void> {
    return this.removal.execute(operatorId, conversationId, userId);
  }

  listBans(conversationId: ConversationId, query: PageQuery): Promise<Page<Ban>> {
    return this.restrictions.listBans(operatorId, conversationId, query);
  }

  banUser(conversationId: ConversationId, userId: UserId, terms: TermsBody): Promise<Ban> {
    return this.bans.banUser(operatorId, conversationId, userId, terms);
  }

  liftBan(conversationId: ConversationId, userId: UserId): Promise<void> {
    return this.bans.liftBan(operatorId, conversationId, userId);
  }

  listMutes(conversationId: ConversationId, query: PageQuery): Promise<Page<Mute>> {
    return this.restrictions.listMutes(operatorId, conversationId, query);
  }

  muteMember(conversationId: ConversationId, userId: UserId, terms: TermsBody): Promise<Mute> {
    return this.mutes.muteMember(operatorId, conversationId, userId, terms);
  }

  unmuteMember(conversationId: ConversationId, userId: UserId): Promise<void> {
    return this.mutes.unmuteMember(operatorId, conversationId, userId);
  }
}
