import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DeletedConversations } from './deleted-conversations.js';
import { HistoryFloorsModule } from './history-floors.module.js';
import { UserConversations } from '../realtime/user-conversations.js';
import { UsersModule } from '../users/users.module.js';
import { Access } from './access.js';
import { AddMembers } from './changes/add-members.js';
import { AnswerRequest } from './changes/answer-request.js';
import { AskUsers } from './changes/ask-users.js';
import { JoinDirect } from './changes/join-direct.js';
import { AdditionEntity } from './infra/addition.entity.js';
import { Additions } from './infra/additions.js';
import { ListRequests } from './read/list-requests.js';
import { RequestsController } from './transport/requests.controller.js';
import { RequestsGateway } from './transport/requests.gateway.js';
import { BanUser } from './changes/ban-user.js';
import { ChangeRole } from './changes/change-role.js';
import { CheckUsers } from './changes/check-users.js';
import { CreateConversation } from './changes/create-conversation.js';
import { CreateInvite } from './changes/create-invite.js';
import { DeleteConversation } from './changes/delete-conversation.js';
import { IntroduceConversation } from './changes/introduce-conversation.js';
import { JoinConversation } from './changes/join-conversation.js';
import { LeaveConversation } from './changes/leave-conversation.js';
import { MuteMember } from './changes/mute-member.js';
import { OpenDirectConversation } from './changes/open-direct-conversation.js';
import { PatchConversation } from './changes/patch-conversation.js';
import { RevokeInvite } from './changes/revoke-invite.js';
import { RemoveMember } from './changes/remove-member.js';
import { RestoreConversation } from './changes/restore-conversation.js';
import { RunChange } from './changes/run-change.js';
import { WelcomeMembers } from './changes/welcome-members.js';
import { Contacts } from './contacts.js';
import { ConversationAppliersModule } from './conversation-appliers.module.js';
import { Conversations } from './conversations.js';
import { AccessReader } from './read/access.reader.js';
import { BanEntity } from './infra/ban.entity.js';
import { ConversationEntity } from './infra/conversation.entity.js';
import { ConversationReader } from './read/conversation.reader.js';
import { InviteEntity } from './infra/invite.entity.js';
import { MemberEntity } from './infra/member.entity.js';
import { InviteReader } from './read/invite.reader.js';
import { MembershipReader } from './read/membership.reader.js';
import { Lobby } from './lobby/lobby.js';
import { ModerateConversations } from './moderate-conversations.js';
import { FindConversations } from './read/find-conversations.js';
import { ListConversations } from './read/list-conversations.js';
import { ListRestrictions } from './read/list-restrictions.js';
import { ListedMembers } from './read/listed-members.js';
import { ConversationsGateway } from './transport/conversations.gateway.js';
import { ConversationsController } from './transport/conversations.controller.js';
import { MembersController } from './transport/members.controller.js';
import { RevalidateAfterEpoch } from './transport/revalidate-after-epoch.js';
import { SocketConversations } from './transport/socket-conversations.js';

const changes = [
  AddMembers,
  AnswerRequest,
  AskUsers,
  BanUser,
  ChangeRole,
  CheckUsers,
  CreateConversation,
  CreateInvite,
  DeleteConversation,
  IntroduceConversation,
  JoinConversation,
  JoinDirect,
  LeaveConversation,
  MuteMember,
  OpenDirectConversation,
  PatchConversation,
  RemoveMember,
  RestoreConversation,
  RevokeInvite,
  RunChange,
  WelcomeMembers,
];
const reads = [
  AccessReader,
  ConversationReader,
  FindConversations,
  InviteReader,
  ListConversations,
  ListRequests,
  ListRestrictions,
  ListedMembers,
  MembershipReader,
];
const face = [Access, Contacts, Conversations, DeletedConversations, ModerateConversations];

/** Conversations, membership, roles, policy, invites and the directory; answers whether a user may do something in a conversation. */
@Module({
  imports: [
    TypeOrmModule.forFeature([ConversationEntity, MemberEntity, InviteEntity, BanEntity, AdditionEntity]),
    UsersModule,
    ConversationAppliersModule,
    HistoryFloorsModule,
  ],
  controllers: [ConversationsController, MembersController, RequestsController],
  providers: [
    ...face,
    ...changes,
    ...reads,
    Lobby,
    Additions,
    RequestsGateway,
    ConversationsGateway,
    RevalidateAfterEpoch,
    { provide: UserConversations, useClass: SocketConversations },
  ],
  exports: [...face, UserConversations, HistoryFloorsModule],
})
export class ConversationsModule {}
