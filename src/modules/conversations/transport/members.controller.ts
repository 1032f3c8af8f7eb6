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
import { MuteMember } from '../changes/mute-member.js';
import { RemoveMember } from '../changes/remove-member.js';
import { RevokeInvite } from '../changes/revoke-invite.js';
import { InviteReader } from '../read/invite.reader.js';
import { FindConversations } from '../read/find-conversations.js';
import { ListRestrictions } from '../read/list-restrictions.js';

/** The REST routes of members, bans and invites. */
@Controller()
export class MembersController {
  constructor(
    private readonly findConversations: FindConversations,
    private readonly addMembers: AddMembers,
    private readonly changeRole: ChangeRole,
    private readonly removeMember: RemoveMember,
    private readonly banUser: BanUser,
    private readonly muteMember: MuteMember,
    private readonly listRestrictions: ListRestrictions,
    private readonly createInvite: CreateInvite,
    private readonly revokeInvite: RevokeInvite,
    private readonly joinConversation: JoinConversation,
    private readonly invites: InviteReader,
  ) {}

  @Endpoint('conversation.members')
  list(
    @CurrentCaller() { userId }: Caller,
    @Input() { params, query }: RouteInput<'conversation.members'>,
  ): Promise<RouteOutput<'conversation.members'>> {
    return this.findConversations.listMembers(userId, params.conversationId, query);
  }

  @Endpoint('member.add')
  add(@CurrentCaller() { userId }: Caller, @Input() { params, body }: RouteInput<'member.add'>): Promise<RouteOutput<'member.add'>> {
    return this.addMembers.execute(userId, params.conversationId, body);
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
  ban(@CurrentCaller() { userId }: Caller, @Input() { params, body }: RouteInput<'ban.put'>): Promise<RouteOutput<'ban.put'>> {
    return this.banUser.banUser(userId, params.conversationId, params.userId, body);
  }

  @Endpoint('ban.list')
  listBans(@CurrentCaller() { userId }: Caller, @Input() { params, query }: RouteInput<'ban.list'>): Promise<RouteOutput<'ban.list'>> {
    return this.listRestrictions.listBans(userId, params.conversationId, query);
  }

  @Endpoint('ban.delete')
  liftBan(@CurrentCaller() { userId }: Caller, @Input() { params }: RouteInput<'ban.delete'>): Promise<RouteOutput<'ban.delete'>> {
    return this.banUser.liftBan(userId, params.conversationId, params.userId);
  }

  @Endpoint('mute.put')
  mute(@CurrentCaller() { userId }: Caller, @Input() { params, body }: RouteInput<'mute.put'>): Promise<RouteOutput<'mute.put'>> {
    return this.muteMember.muteMember(userId, params.conversationId, params.userId, body);
  }

  @Endpoint('mute.delete')
  unmute(@CurrentCaller() { userId }: Caller, @Input() { params }: RouteInput<'mute.delete'>): Promise<RouteOutput<'mute.delete'>> {
    return this.muteMember.unmuteMember(userId, params.conversationId, params.userId);
  }

  @Endpoint('mute.list')
  listMutes(@CurrentCaller() { userId }: Caller, @Input() { params, query }: RouteInput<'mute.list'>): Promise<RouteOutput<'mute.list'>> {
    return this.listRestrictions.listMutes(userId, params.conversationId, query);
  }

  @Endpoint('invite.create')
  invite(
    @CurrentCaller() { userId }: Caller,
    @Input() { params, body }: RouteInput<'invite.create'>,
  ): Promise<RouteOutput<'invite.create'>> {
    return this.createInvite.execute(userId, params.conversationId, body);
  }

  @Endpoint('invite.list')
  listInvites(
    @CurrentCaller() { userId }: Caller,
    @Input() { params, query }: RouteInput<'invite.list'>,
  ): Promise<RouteOutput<'invite.list'>> {
    return this.invites.listInvites(userId, params.conversationId, query);
  }

  @Endpoint('invite.delete')
  revoke(@CurrentCaller() { userId }: Caller, @Input() { params }: RouteInput<'invite.delete'>): Promise<RouteOutput<'invite.delete'>> {
    return this.revokeInvite.execute(userId, params.conversationId, params.code);
  }

  @Endpoint('invite.preview')
  preview(@CurrentCaller() { userId }: Caller, @Input() { params }: RouteInput<'invite.preview'>): Promise<RouteOutput<'invite.preview'>> {
    return this.invites.previewInvite(userId, params.code);
  }

  @Endpoint('invite.accept')
  acceptInvite(
    @CurrentCaller() { userId }: Caller,
    @Input() { params }: RouteInput<'invite.accept'>,
  ): Promise<RouteOutput<'invite.accept'>> {
    return this.joinConversation.acceptInvite(userId, params.code);
  }
}
