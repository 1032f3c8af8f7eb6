import { Controller } from '@nestjs/common';
import type { RouteInput, RouteOutput } from '#contracts/routes.js';
import type { Caller } from '../../../transport/caller.js';
import { Endpoint } from '../../../transport/endpoint.js';
import { CurrentCaller, Input } from '../../../transport/handler-arguments.js';
import { AddMembers } from '../changes/add-members.js';
import { BanUser } from '../changes/ban-user.js';
import { ChangeRole } from '../changes/change-role.js';
import { CreateInvite } from '../changes/create-invite.js';
import { JoinConversation } from '../changes/join-conversation.js';
import { RemoveMember } from '../changes/remove-member.js';
import { FindConversations } from '../read/find-conversations.js';

/** The REST routes of members, bans and invites. */
@Controller()
export class MembersController {
  constructor(
    private readonly findConversations: FindConversations,
    private readonly addMembers: AddMembers,
    private readonly changeRole: ChangeRole,
    private readonly removeMember: RemoveMember,
    private readonly banUser: BanUser,
    private readonly createInvite: CreateInvite,
    private readonly joinConversation: JoinConversation,
  ) {}

  @Endpoint('conversation.members')
  list(
    @CurrentCaller() { userId }: Caller,
    @Input() { params, query }: RouteInput<'conversation.members'>,
  ): Promise<RouteOutput<'conversation.members'>> {
    return this.findConversations.listMembers(userId, params.conversationId, query);
  }

  @Endpoint('member.add')
  async add(@CurrentCaller() { userId }: Caller, @Input() { params, body }: RouteInput<'member.add'>): Promise<RouteOutput<'member.add'>> {
    return { items: await this.addMembers.execute(userId, params.conversationId, body) };
  }

  @Endpoint('member.patch')
  patch(@CurrentCaller() { userId }: Caller, @Input() { params, body }: RouteInput<'member.patch'>): Promise<RouteOutput<'member.patch'>> {
    return this.changeRole.execute(userId, params.conversationId, params.userId, body.role);
  }

  @Endpoint('member.remove')
  remove(@CurrentCaller() { userId }: Caller, @Input() { params }: RouteInput<'member.remove'>): Promise<RouteOutput<'member.remove'>> {
    return this.removeMember.execute(userId, params.conversationId, params.userId);
  }

  @Endpoint('ban.put')
  ban(@CurrentCaller() { userId }: Caller, @Input() { params }: RouteInput<'ban.put'>): Promise<RouteOutput<'ban.put'>> {
    return this.banUser.banUser(userId, params.conversationId, params.userId);
  }

  @Endpoint('ban.delete')
  liftBan(@CurrentCaller() { userId }: Caller, @Input() { params }: RouteInput<'ban.delete'>): Promise<RouteOutput<'ban.delete'>> {
    return this.banUser.liftBan(userId, params.conversationId, params.userId);
  }

  @Endpoint('invite.create')
  invite(
    @CurrentCaller() { userId }: Caller,
    @Input() { params, body }: RouteInput<'invite.create'>,
  ): Promise<RouteOutput<'invite.create'>> {
    return this.createInvite.execute(userId, params.conversationId, body);
  }

  @Endpoint('invite.accept')
  acceptInvite(
    @CurrentCaller() { userId }: Caller,
    @Input() { params }: RouteInput<'invite.accept'>,
  ): Promise<RouteOutput<'invite.accept'>> {
    return this.joinConversation.acceptInvite(userId, params.code);
  }
}
